import type { Canary } from "./canary.ts";

/** What the operator's flags add to the rules. */
export interface RuleOptions {
  /** Templates, alert providers and upstreams may only be in the Canary's namespace. */
  readonly noCrossNamespaceRefs: boolean;
}

/** The rules that a schema cannot hold: those that a valid Canary breaks, as `PATH: what to write`. */
export function brokenRules(canary: Canary, { noCrossNamespaceRefs }: RuleOptions): readonly string[] {
  return [
    ...knative(canary),
    ...service(canary),
    ...sessionAffinity(canary),
    ...(noCrossNamespaceRefs ? crossNamespaceRefs(canary) : []),
  ];
}

function knative({ spec }: Canary): readonly string[] {
  const { targetRef, provider, autoscalerRef } = spec;
  const isService = targetRef.kind === "Service" && targetRef.apiVersion === "serving.knative.dev/v1";
  if (isService !== (provider === "knative")) {
    return isService
      ? ["spec.provider: must be knative for a target of kind Service in serving.knative.dev/v1"]
      : ["spec.targetRef: must be of kind Service in serving.knative.dev/v1 for the provider knative"];
  }
  return isService && autoscalerRef !== undefined
    ? ["spec.autoscalerRef: must be left out for a Knative Service, which scales itself"]
    : [];
}

function service({ spec }: Canary): readonly string[] {
  if (spec.service === undefined) {
    return spec.targetRef.kind === "Service"
      ? []
      : [`spec.service: is required for a target of kind ${spec.targetRef.kind}`];
  }
  return (spec.service.mirror ?? []).flatMap(({ backendRef: { group = "", kind = "Service", port } }, index) =>
    group === "" && kind === "Service" && port === undefined
      ? [`spec.service.mirror[${index}].backendRef.port: is required for a Service`]
      : [],
  );
}

function sessionAffinity({ spec }: Canary): readonly string[] {
  const { cookieName, primaryCookieName } = spec.analysis.sessionAffinity ?? {};
  return cookieName !== undefined && cookieName === primaryCookieName
    ? ["spec.analysis.sessionAffinity.primaryCookieName: must differ from cookieName"]
    : [];
}

function crossNamespaceRefs({ metadata, spec }: Canary): readonly string[] {
  const { metrics = [], alerts = [] } = spec.analysis;
  const refs: readonly (readonly [path: string, namespace: string | undefined])[] = [
    ["spec.upstreamRef", spec.upstreamRef?.namespace],
    ...metrics.map(
      ({ templateRef }, index) => [`spec.analysis.metrics[${index}].templateRef`, templateRef?.namespace] as const,
    ),
    ...alerts.map(
      ({ providerRef }, index) => [`spec.analysis.alerts[${index}].providerRef`, providerRef.namespace] as const,
    ),
  ];
  return refs.flatMap(([path, namespace = ""]) =>
    namespace === "" || namespace === metadata.namespace
      ? []
      : [`${path}.namespace: must be ${metadata.namespace ?? "unset"}, references across namespaces are switched off`],
  );
}
