import type { Service } from "kubernetes-types/core/v1.d.ts";
import { describe, expect, test } from "vitest";
import { allToCanary, allToPrimary } from "../api/routes.ts";
import type { Routes } from "../api/routes.ts";
import { services } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { kubernetes } from "./kubernetes.ts";
import type { RouterView } from "./router.ts";
import { after, source } from "./testdata/podinfo.ts";

type View = RouterView<readonly [Stored<Service>]>;

const view = (live: Stored<Service> | undefined): View => ({ ...source(), live: [live] });

/** The apex after `render`. */
function rendered(routes: Routes, live?: Stored<Service>): Stored<Service> {
  return after(kubernetes.render(view(live), routes)[0], live);
}

test("asks for the apex Service", () => {
  expect(kubernetes.inputs(source({ port: 80, name: "shop" }).canary)).toEqual([
    { resource: services, key: { name: "shop", namespace: "test" } },
  ]);
});

describe.each([undefined, rendered(allToPrimary), rendered(allToCanary)])("from any apex", (live) => {
  test.each<[Routes, Routes, string]>([
    [allToPrimary, allToPrimary, "podinfo-primary"],
    [allToCanary, allToCanary, "podinfo"],
    [{ primary: 40, canary: 60, mirrored: false }, allToPrimary, "podinfo-primary"],
    [{ primary: 100, canary: 0, mirrored: true }, allToPrimary, "podinfo-primary"],
  ])("%j is brought about as %j, once", (routes, read, app) => {
    const apex = rendered(routes, live);
    expect(apex.spec?.selector).toEqual({ app });
    expect(kubernetes.read(view(apex))).toEqual(read);
    expect(kubernetes.render(view(apex), routes)).toEqual([]);
  });
});

test.each<[string, Stored<Service> | undefined, string]>([
  ["no apex", undefined, "service podinfo.test does not exist"],
  [
    "an apex for other pods",
    { metadata: { name: "podinfo" }, spec: { selector: { app: "podinfo", tier: "web" } } },
    "service podinfo.test selects the pods of neither primary nor canary",
  ],
  [
    "an apex without selector",
    { metadata: { name: "podinfo" } },
    "service podinfo.test selects the pods of neither primary nor canary",
  ],
])("%s says no routes", (_, live, notReady) => {
  expect(kubernetes.read(view(live))).toEqual({ notReady });
});

describe("undo", () => {
  /** The user's Service, with these annotations of theirs, after a release. */
  function theirs(annotations: Record<string, string>): Stored<Service> {
    const own = {
      metadata: { name: "podinfo", namespace: "test", annotations },
      spec: { selector: { app: "podinfo" } },
    };
    return rendered(allToPrimary, own);
  }

  const applied = (object: unknown) => ({
    "kubectl.kubernetes.io/last-applied-configuration": typeof object === "string" ? object : JSON.stringify(object),
  });

  test.each<[string, Record<string, string>, Record<string, string> | undefined]>([
    [
      "an apex that kubectl applied",
      applied({ spec: { selector: { app: "podinfo", tier: "web" } } }),
      { app: "podinfo", tier: "web" },
    ],
    ["an apex that was applied without selector", applied({ spec: { ports: [] } }), undefined],
    ["an apex made in another way", { note: "n" }, { app: "podinfo" }],
    ["an apex with nothing to go by", applied("not json"), { app: "podinfo" }],
  ])("restores %s", (_, annotations, selector) => {
    const live = theirs(annotations);
    const restored = after(kubernetes.undo(view(live))[0], live);
    expect(restored).toEqual({
      ...live,
      metadata: { ...live.metadata, annotations },
      spec: selector === undefined ? { ports: live.spec?.ports } : { ...live.spec, selector },
    });
    expect(kubernetes.undo(view(restored))).toEqual([]);
  });

  test("keeps an opt-out from Flux that was the user's", () => {
    const optOut = { "kustomize.toolkit.fluxcd.io/reconcile": "disabled" };
    const live = theirs(applied({ metadata: { annotations: optOut }, spec: { selector: { app: "podinfo" } } }));
    const { annotations } = after(kubernetes.undo(view(live))[0], live).metadata;
    expect(annotations).toMatchObject(optOut);
    expect(annotations).not.toHaveProperty(["helm.toolkit.fluxcd.io/driftDetection"]);
  });

  test("points an apex of its own at the target until it is collected", () => {
    const live = rendered(allToPrimary);
    expect(after(kubernetes.undo(view(live))[0], live)).toEqual({
      ...live,
      spec: { ...live.spec, selector: { app: "podinfo" } },
    });
  });

  test("has nothing to do without apex", () => {
    expect(kubernetes.undo(view(undefined))).toEqual([]);
  });
});
