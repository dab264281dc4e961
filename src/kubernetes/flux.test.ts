import { expect, test } from "vitest";
import { fluxOptOut, withoutFlux } from "./flux.ts";

test("drops every key of Flux and nothing else", () => {
  const own = { app: "podinfo", "fluxcd.io/automated": "true" };
  expect(withoutFlux({ ...own, ...fluxOptOut, "kustomize.toolkit.fluxcd.io/name": "apps" })).toEqual(own);
  expect(withoutFlux(undefined)).toEqual({});
});
