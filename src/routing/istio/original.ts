import type { Canary, CanaryService } from "../../api/canary.ts";
import { apexName } from "../../api/names.ts";
import { isControlledBy } from "../../api/ownership.ts";
import { isRecord } from "../../kubernetes/canonical.ts";
import { fluxOptOut } from "../../kubernetes/flux.ts";
import { hostOf } from "./destinations.ts";
import { httpRouteTo } from "./http-routes.ts";
import { isTcp, tcpRouteTo } from "./tcp-routes.ts";
import type { VirtualService, VirtualServiceSpec } from "./virtual-service.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
/** Flagger's name for it, so that either gives back what the other one has taken over. */
const saved = "flagger.kubernetes.io/original-configuration";

/**
 * The annotation that keeps the spec of a VirtualService that others have made, for `restored`. None where kubectl has
 * kept it, where it is kept already, or where it is gone: requests go to primary or canary.
 */
export function originalAnnotation(canary: Canary, live: VirtualService): Readonly<Record<string, string>> {
  const isTheirs = !isControlledBy(canary, live) && live.spec !== undefined && !knowsBackends(canary, live.spec);
  return isTheirs && originalOf(canary, live) === undefined ? { [saved]: JSON.stringify(live.spec) } : {};
}

/**
 * A VirtualService as it was before this Canary: where its requests went is as kubectl last applied it or as it was kept.
 * When neither is known and they still go to the backends, they go to the apex Service. Flux may have it back.
 */
export function restored(
  canary: Canary,
  service: CanaryService,
  live: VirtualService,
): Readonly<Record<string, unknown>> {
  const original = originalOf(canary, live);
  const annotations = Object.entries(live.metadata.annotations ?? {}).filter(
    ([key]) => key !== saved && (!Object.hasOwn(fluxOptOut, key) || original?.annotations[key] !== undefined),
  );
  return {
    ...live,
    metadata: { ...live.metadata, annotations: annotations.length === 0 ? undefined : Object.fromEntries(annotations) },
    spec: { ...live.spec, ...(original === undefined ? elsewhere(canary, service, live) : routingOf(original.spec)) },
  };
}

interface Original {
  readonly spec: VirtualServiceSpec;
  readonly annotations: Readonly<Record<string, unknown>>;
}

function originalOf(canary: Canary, { metadata: { annotations = {} } }: VirtualService): Original | undefined {
  const applied = parse(annotations[lastApplied]);
  const metadata = isRecord(applied?.["metadata"]) ? applied["metadata"] : {};
  const ofKubectl = { spec: applied?.["spec"], annotations: metadata["annotations"] };
  for (const { spec, annotations: theirs } of [ofKubectl, { spec: parse(annotations[saved]), annotations: {} }]) {
    if (isRecord(spec) && !knowsBackends(canary, spec)) return { spec, annotations: isRecord(theirs) ? theirs : {} };
  }
  return undefined;
}

function parse(text = ""): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether requests go to a backend of the Canary, which goes with it. */
function knowsBackends(canary: Canary, spec: object): boolean {
  const text = JSON.stringify(spec);
  return (["primary", "canary"] as const).some((backend) => text.includes(`"host":"${hostOf(canary, backend)}"`));
}

/** What the router writes; all else is as others have it. */
function routingOf({ hosts, gateways, http, tcp }: VirtualServiceSpec): VirtualServiceSpec {
  return { hosts, gateways, http, tcp };
}

function elsewhere(canary: Canary, service: CanaryService, { spec = {} }: VirtualService): VirtualServiceSpec {
  if (!knowsBackends(canary, spec)) return {};
  const apex = apexName(canary);
  return isTcp(service) ? { tcp: [tcpRouteTo(apex, service)] } : { http: [httpRouteTo(apex, service)] };
}
