import type { Canary, CanaryService } from "../../api/canary.ts";
import { isControlledBy, ownerReference } from "../../api/ownership.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { Change, ObjectAt } from "../../kubernetes/change.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import type { Backend } from "../services.ts";
import { hostOf } from "./destinations.ts";

/**
 * The parts of a DestinationRule that the router writes. `service.trafficPolicy` of a Canary has Istio's form. Source:
 * istio.io/latest/docs/reference/config/networking/destination-rule.
 */
export interface DestinationRule extends KubeObject {
  readonly spec?: { readonly host?: string; readonly trafficPolicy?: CanaryService["trafficPolicy"] };
}

const destinationRules: Resource<DestinationRule> = {
  group: "networking.istio.io",
  version: "v1beta1",
  kind: "DestinationRule",
  plural: "destinationrules",
  namespaced: true,
  origin: "Istio",
};

/** Where the rule for this backend is: it has the name of the backend's Service. */
export function destinationRuleAt(canary: Canary, backend: Backend): ObjectAt<DestinationRule> {
  const { namespace } = canary.metadata;
  return {
    resource: destinationRules,
    key: { name: hostOf(canary, backend), ...(namespace !== undefined && { namespace }) },
  };
}

/**
 * The change that makes the rule as it has to be, or undefined when it is. One that others have made keeps its traffic
 * policy as long as the Canary has none.
 */
export function destinationRuleChange(
  canary: Canary,
  { trafficPolicy }: CanaryService,
  backend: Backend,
  live: DestinationRule | undefined,
): Change | undefined {
  const { resource, key } = destinationRuleAt(canary, backend);
  const host = hostOf(canary, backend);
  if (live === undefined) {
    return {
      kind: "create",
      resource,
      object: {
        apiVersion: apiVersionOf(resource),
        kind: resource.kind,
        metadata: { ...key, ownerReferences: [ownerReference(canary)] },
        spec: { host, ...(trafficPolicy !== undefined && { trafficPolicy }) },
      },
    };
  }
  const theirs = isControlledBy(canary, live) ? undefined : live.spec?.trafficPolicy;
  return changeTo(resource, live, {
    ...live,
    spec: { ...live.spec, host, trafficPolicy: trafficPolicy ?? theirs },
  });
}
