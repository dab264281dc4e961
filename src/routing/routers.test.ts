import { expect, test } from "vitest";
import { InvalidSpec } from "../api/errors.ts";
import { routerFor } from "./routers.ts";

test("knows kubernetes", () => {
  expect(routerFor("kubernetes").name).toBe("kubernetes");
});

test.each(["istio", "gatewayapi", "none", ""])("refuses %j and names what it knows", (provider) => {
  expect(() => routerFor(provider)).toThrow(
    new InvalidSpec(`provider ${provider} is not supported by this version; supported: kubernetes`),
  );
});
