import { InvalidSpec } from "../api/errors.ts";
import { gatewayApiV1, gatewayApiV1beta1 } from "./gatewayapi/gatewayapi.ts";
import { kubernetes } from "./kubernetes.ts";
import type { Router } from "./router.ts";

const routers: readonly Router[] = [gatewayApiV1, gatewayApiV1beta1, kubernetes];

/**
 * The router of a provider: the Canary's own or the operator's default.
 * @throws InvalidSpec for a provider that is not known, or not yet
 */
export function routerFor(provider: string): Router {
  const router = routers.find(({ name }) => name === provider);
  if (router === undefined) {
    const names = routers.map(({ name }) => name).join(", ");
    throw new InvalidSpec(`provider ${provider} is not supported by this version; supported: ${names}`);
  }
  return router;
}
