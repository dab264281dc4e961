import { InvalidSpec } from "../api/errors.ts";
import { apisix } from "./apisix/apisix.ts";
import { appMesh, appMeshV1beta1 } from "./appmesh/appmesh-v1beta1.ts";
import { appMeshV1beta2 } from "./appmesh/appmesh-v1beta2.ts";
import { contour } from "./contour/contour.ts";
import { gatewayApiV1, gatewayApiV1beta1 } from "./gatewayapi/gatewayapi.ts";
import { gloo } from "./gloo/gloo.ts";
import { istio } from "./istio/istio.ts";
import { kubernetes } from "./kubernetes.ts";
import { kuma } from "./kuma/kuma.ts";
import { nginx } from "./nginx/nginx.ts";
import type { Router } from "./router.ts";
import { skipper } from "./skipper/skipper.ts";
import { trafficSplitRouters } from "./smi/smi.ts";
import { traefik } from "./traefik/traefik.ts";

/** What the operator's flags say of ingresses. */
export interface IngressSettings {
  /** The `ingressClassName` of HTTPProxies that Headgate makes, for Contour; empty for none. */
  readonly ingressClass: string;
  /** Prefix of the annotations that the NGINX ingress controller goes by. */
  readonly ingressAnnotationsPrefix: string;
}

const usual: IngressSettings = {
  ingressClass: "",
  ingressAnnotationsPrefix: "nginx.ingress.kubernetes.io",
};

/**
 * The router of a provider: the Canary's own or the operator's default.
 * @throws InvalidSpec for a provider that is not known, or not yet
 */
export function routerFor(provider: string, settings: IngressSettings = usual): Router {
  const { ingressClass, ingressAnnotationsPrefix } = settings;
  const routers: readonly Router[] = [
    apisix,
    appMesh,
    appMeshV1beta1,
    appMeshV1beta2,
    contour(ingressClass),
    gatewayApiV1,
    gatewayApiV1beta1,
    gloo,
    istio,
    kubernetes,
    kuma,
    nginx(ingressAnnotationsPrefix),
    skipper,
    traefik,
    ...trafficSplitRouters,
  ];
  const router = routers.find(({ name }) => name === provider);
  if (router === undefined) {
    const names = routers
      .map(({ name }) => name)
      .toSorted()
      .join(", ");
    throw new InvalidSpec(`provider ${provider} is not supported by this version; supported: ${names}`);
  }
  return router;
}
