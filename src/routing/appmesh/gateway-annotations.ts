import type { Canary, CanaryService } from "../../api/canary.ts";
import { given } from "../../api/given.ts";
import { isControlledBy } from "../../api/ownership.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { maxRetriesOf } from "./retries.ts";
import type { OwnMetadata } from "./write.ts";

const prefix = "gateway.appmesh.k8s.aws/";
const keys: readonly string[] = ["expose", "domain", "timeout", "retries"].map((name) => prefix + name);

/**
 * The annotations of the apex's VirtualService, by which a gateway serves it under `service.hosts`. Without hosts there
 * are none; those of an object of somebody else's stay then.
 * Source: the README of stefanprodan/flagger-appmesh-gateway.
 */
export function gatewayMetadata(canary: Canary, service: CanaryService, live: KubeObject | undefined): OwnMetadata {
  const isOwn = live !== undefined && isControlledBy(canary, live);
  const kept = Object.entries(live?.metadata.annotations ?? {}).filter(([key]) => !isOwn || !keys.includes(key));
  const annotations = { ...Object.fromEntries(kept), ...annotationsFor(service) };
  return { annotations: Object.keys(annotations).length > 0 ? annotations : undefined };
}

function annotationsFor({ hosts = [], timeout, retries }: CanaryService): Readonly<Record<string, string>> {
  if (hosts.length === 0) return {};
  const limit = given(timeout);
  return {
    [`${prefix}expose`]: "true",
    // Each host ends with a comma, the last one too, as Flagger writes it.
    [`${prefix}domain`]: hosts.map((host) => `${host},`).join(""),
    ...(limit !== undefined && { [`${prefix}timeout`]: limit }),
    ...(retries !== undefined && { [`${prefix}retries`]: String(maxRetriesOf(retries)) }),
  };
}
