/** The values of `spec.provider`, which are also those of the operator's default. */
export const providers = [
  "apisix",
  "appmesh",
  "appmesh:v1beta2",
  "contour",
  "gatewayapi:v1",
  "gatewayapi:v1beta1",
  "gloo",
  "istio",
  "knative",
  "kubernetes",
  "kuma",
  "linkerd",
  "nginx",
  "osm",
  "skipper",
  "smi:v1alpha1",
  "smi:v1alpha2",
  "smi:v1alpha3",
  "traefik",
] as const;

const matching = [
  "appmesh",
  "appmesh:v1beta2",
  "contour",
  "gatewayapi:v1",
  "gatewayapi:v1beta1",
  "gloo",
  "istio",
  "nginx",
];
const mirroring = ["gatewayapi:v1", "gatewayapi:v1beta1", "istio"];

/** Whether the provider can tell requests apart by what they carry: A/B tests. */
export function canMatch(provider: string): boolean {
  return matching.includes(provider);
}

/** Whether the provider can send the canary copies of requests. */
export function canMirror(provider: string): boolean {
  return mirroring.includes(provider);
}
