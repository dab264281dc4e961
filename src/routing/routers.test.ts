import { expect, test } from "vitest";
import { InvalidSpec } from "../api/errors.ts";
import { providers } from "../api/providers.ts";
import { routerFor } from "./routers.ts";

const missing = ["knative"];
const known = [
  ...providers.filter((provider) => !missing.includes(provider)),
  "appmesh:v1beta1",
  "smi:v1alpha1:istio",
  "smi:v1alpha2:istio",
  "smi:v1alpha3:istio",
].toSorted();

test.each(known)("knows %s", (provider) => {
  expect(routerFor(provider).name).toBe(provider);
});

test.each([...missing, "gatewayapi", "none", ""])("refuses %j and names what it knows", (provider) => {
  expect(() => routerFor(provider)).toThrow(
    new InvalidSpec(`provider ${provider} is not supported by this version; supported: ${known.join(", ")}`),
  );
});
