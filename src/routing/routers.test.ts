import { expect, test } from "vitest";
import { InvalidSpec } from "../api/errors.ts";
import { routerFor } from "./routers.ts";

const known = ["gatewayapi:v1", "gatewayapi:v1beta1", "kubernetes"];

test.each(known)("knows %s", (provider) => {
  expect(routerFor(provider).name).toBe(provider);
});

test.each(["istio", "gatewayapi", "none", ""])("refuses %j and names what it knows", (provider) => {
  expect(() => routerFor(provider)).toThrow(
    new InvalidSpec(`provider ${provider} is not supported by this version; supported: ${known.join(", ")}`),
  );
});
