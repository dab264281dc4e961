import type { Canary } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { apexName, canaryName, primaryName, sourceName } from "../../api/names.ts";
import { isControlledBy, ownerReference } from "../../api/ownership.ts";
import type { Routes } from "../../api/routes.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { Change, ObjectAt } from "../../kubernetes/change.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { Router, RouterView } from "../router.ts";
import { apisixRoutes } from "./apisix-route.ts";
import type { ApisixBackend, ApisixRoute, ApisixRule } from "./apisix-route.ts";

/** The original, which `spec.routeRef` names and which is only read, and the copy, `NAME-SERVICE-canary`. */
type ApisixRoutes = readonly [original: ApisixRoute, copy: ApisixRoute];

/** High enough for the copy to go before all that users write. */
const copyPriority = 10_000;

/**
 * APISIX: a second ApisixRoute has the rules of the first one that lead to the apex Service, with weights for primary and
 * canary, and goes before it.
 * Source: apisix.apache.org/docs/ingress-controller, ApisixRoute/v2.
 */
export const apisix: Router<ApisixRoutes> = {
  name: "apisix",

  inputs: routesOf,

  render: (view, { primary, canary: tested }) => {
    const apex = apexName(view.canary);
    return copyChanges(view, (backend) => [
      { ...backend, serviceName: primaryName(apex), weight: primary },
      { ...backend, serviceName: canaryName(apex), weight: tested },
    ]);
  },

  read: (view) => {
    const [{ key: original }, { key: copy }] = routesOf(view.canary);
    const split = splitRules(view);
    if ("problem" in split)
      return { notReady: `ApisixRoute ${original.name}.${original.namespace ?? ""} ${split.problem}` };
    const [, live] = view.live;
    const says = (text: string) => ({ notReady: `ApisixRoute ${copy.name}.${copy.namespace ?? ""} ${text}` });
    if (live === undefined) return says("does not exist");
    const reason = notAccepted(live);
    if (reason !== undefined) return says(`not ready: ${reason}`);
    return routesIn(live, apexName(view.canary)) ?? says("sends requests to neither primary nor canary");
  },

  // Its Services go with the Canary: a copy that was there before leads to the apex again.
  undo: (view) => {
    const {
      canary,
      live: [, copy],
    } = view;
    if (copy === undefined) return [];
    const { name, namespace } = copy.metadata;
    if (isControlledBy(canary, copy)) {
      return [{ kind: "delete", resource: apisixRoutes, key: { name, ...(namespace !== undefined && { namespace }) } }];
    }
    return "problem" in splitRules(view) ? [] : copyChanges(view, (backend) => [backend]);
  },
};

/** @throws InvalidSpec when the Canary names no ApisixRoute */
function routesOf(canary: Canary): readonly [original: ObjectAt<ApisixRoute>, copy: ObjectAt<ApisixRoute>] {
  const { routeRef } = canary.spec;
  if (routeRef === undefined || routeRef.name === "") {
    throw new InvalidSpec(
      `canary ${sourceName(canary)} must have spec.routeRef: name the ApisixRoute through which users come`,
    );
  }
  const { namespace } = canary.metadata;
  const at = (name: string): ObjectAt<ApisixRoute> => ({
    resource: apisixRoutes,
    key: { name, ...(namespace !== undefined && { namespace }) },
  });
  return [at(routeRef.name), at(canaryName(`${routeRef.name}-${apexName(canary)}`))];
}

function copyChanges(
  view: RouterView<ApisixRoutes>,
  backendsFor: (backend: ApisixBackend) => readonly ApisixBackend[],
): readonly Change[] {
  const {
    canary,
    live: [original, copy],
  } = view;
  const [originalAt, copyAt] = routesOf(canary);
  const split = splitRules(view);
  if ("problem" in split) {
    const { name, namespace = "" } = originalAt.key;
    throw new InvalidSpec(`spec.routeRef.name: ApisixRoute ${name}.${namespace} ${split.problem}: ${split.fix}`);
  }
  const http = split.rules.map(({ rule, backend }) => ({
    ...rule,
    priority: Math.max(copyPriority, (rule.priority ?? 0) + 1),
    backends: backendsFor(backend),
  }));
  const spec = { ingressClassName: original?.spec?.ingressClassName, http };
  if (copy === undefined) {
    const object = {
      apiVersion: apiVersionOf(apisixRoutes),
      kind: apisixRoutes.kind,
      metadata: { ...copyAt.key, ownerReferences: [ownerReference(canary)] },
      spec,
    };
    return [{ kind: "create", resource: apisixRoutes, object }];
  }
  const change = changeTo(apisixRoutes, copy, { ...copy, spec: { ...copy.spec, ...spec } });
  return change === undefined ? [] : [change];
}

/** The rules of the original that lead to the apex; or why they cannot be split, and what the user can do about it. */
type Split =
  | { readonly rules: readonly { readonly rule: ApisixRule; readonly backend: ApisixBackend }[] }
  | { readonly problem: string; readonly fix: string };

function splitRules({ canary, live: [original] }: RouterView<ApisixRoutes>): Split {
  const apex = apexName(canary);
  if (original === undefined) {
    return { problem: "does not exist", fix: "create it, or name the one through which users come" };
  }
  const rules = (original.spec?.http ?? []).flatMap((rule) => {
    const backend = rule.backends?.find(({ serviceName }) => serviceName === apex);
    return backend === undefined ? [] : [{ rule, backend }];
  });
  if (rules.length === 0) {
    return { problem: `has no backend ${apex}`, fix: "add one, or name the ApisixRoute that has it" };
  }
  const mixed = rules.find(({ rule: { backends = [], upstreams = [] } }) => backends.length + upstreams.length > 1);
  if (mixed !== undefined) {
    const problem = `has further backends beside ${apex} in rule ${mixed.rule.name}`;
    return { problem, fix: "leave it alone there" };
  }
  return { rules };
}

/** The weights of the first rule that has both backends, in percent. */
function routesIn({ spec }: ApisixRoute, apex: string): Routes | undefined {
  for (const { backends = [] } of spec?.http ?? []) {
    const weightOf = (service: string) => {
      const backend = backends.find(({ serviceName }) => serviceName === service);
      return backend && Math.max(0, backend.weight ?? 100);
    };
    const [primary, tested] = [weightOf(primaryName(apex)), weightOf(canaryName(apex))];
    if (primary === undefined || tested === undefined) continue;
    if (primary + tested === 0) return undefined;
    const share = Math.round((100 * tested) / (primary + tested));
    return { primary: 100 - share, canary: share, mirrored: false };
  }
  return undefined;
}

/**
 * Why the ingress controller does not act on the route as it stands, or undefined when it does, or says nothing: it can
 * be told not to write a status.
 */
function notAccepted({ metadata, status }: ApisixRoute): string | undefined {
  const conditions = status?.conditions ?? [];
  const condition = ["Accepted", "ResourcesAvailable"].flatMap(
    (type) => conditions.find((each) => each.type === type) ?? [],
  )[0];
  if (condition === undefined) return undefined;
  const { generation = 0 } = metadata;
  if ((condition.observedGeneration ?? generation) < generation) return "APISIX has not yet taken its last change";
  if (condition.status === "True") return undefined;
  const { reason = "", message = "" } = condition;
  const why = [reason, message].filter((text) => text !== "").join(": ");
  return `APISIX has not accepted it${why === "" ? "" : `, ${why}`}`;
}
