import type { Canary, MetricCheck } from "../api/canary.ts";
import { apexName, targetName } from "../api/names.ts";

/** What queries are filled in with, by the names that templates know it by. */
export interface QueryVariables {
  readonly name: string;
  readonly namespace: string;
  readonly target: string;
  readonly service: string;
  readonly ingress: string;
  readonly route: string;
  /** Window that the query looks back over, such as `1m`. */
  readonly interval: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * The variables of a metric's queries, `interval` being the window that they look back over. `latestRevision` is that of a Knative target (`status.latestCreatedRevisionName`),
 * which its queries know as the route.
 */
export function queryVariables(
  canary: Canary,
  { templateVariables = {} }: MetricCheck,
  interval: string,
  latestRevision: string | undefined,
): QueryVariables {
  const target = targetName(canary);
  const { ingressRef, routeRef } = canary.spec;
  return {
    name: canary.metadata.name,
    namespace: canary.metadata.namespace ?? "",
    target,
    service: apexName(canary),
    ingress: ingressRef?.name ?? target,
    route: latestRevision ?? routeRef?.name ?? target,
    interval,
    variables: templateVariables,
  };
}
