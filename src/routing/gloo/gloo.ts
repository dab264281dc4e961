import type { Canary } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { given } from "../../api/given.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import { ownerReference } from "../../api/ownership.ts";
import type { Routes } from "../../api/routes.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { Change, ObjectAt } from "../../kubernetes/change.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import { matchersOf } from "./matchers.ts";
import { routeTables } from "./route-table.ts";
import type { Destination, Route, RouteTable, WeightedDestination } from "./route-table.ts";
import { notAccepted } from "./status.ts";
import { settings, upstreams } from "./upstream.ts";
import type { Settings, Upstream } from "./upstream.ts";
import type { NotReady, Router, RouteSource } from "../router.ts";
import { podsOf } from "../services.ts";
import type { Backend } from "../services.ts";
import { apexAt, apexChange } from "../apex-object.ts";
import { serviceSpec } from "../services.ts";

/**
 * Gloo: a RouteTable with the name of the apex, which the user's VirtualService delegates to, and an Upstream for each of
 * the two Services. The Upstreams have the settings of the one that `upstreamRef` names, at all times; when that one is
 * gone, and when none is named, an Upstream that exists keeps its settings. Of a RouteTable that exists the routes are
 * corrected whoever made it; its labels are replaced only if this Canary is its controller.
 */
export const gloo: Router<readonly [RouteTable, ...Upstream[]]> = {
  name: "gloo",

  inputs: (canary) => {
    const model = modelAt(canary);
    return [
      tableAt(canary),
      upstreamAt(canary, "primary"),
      upstreamAt(canary, "canary"),
      ...(model === undefined ? [] : [model]),
    ];
  },

  render: (view, routes) => {
    const [table, primary, tested, model] = view.live;
    return [
      upstreamChange(view, "primary", primary, model),
      upstreamChange(view, "canary", tested, model),
      apexChange(routeTables, view.canary, table, { routes: routesOf(view.canary, routes) }),
    ].filter((change) => change !== undefined);
  },

  read: ({ canary, live: [table, primary, tested] }) => {
    const needed = [
      [tableAt(canary), table],
      [upstreamAt(canary, "primary"), primary],
      [upstreamAt(canary, "canary"), tested],
    ] as const;
    for (const [at, live] of needed) {
      if (live === undefined) return { notReady: `${textOf(at)} does not exist` };
      const reason = notAccepted(live);
      if (reason !== undefined) return { notReady: `${textOf(at)} not ready: ${reason}` };
    }
    return routesIn(table, canary);
  },

  // What this Canary has made goes with it; a RouteTable that was there before stays as it is.
  undo: () => [],
};

function tableAt(canary: Canary): ObjectAt<RouteTable> {
  return apexAt(routeTables, canary);
}

function upstreamAt(canary: Canary, backend: Backend): ObjectAt<Upstream> {
  const namespace = namespaceOf(canary);
  const name = `${namespace}-${apexName(canary)}-${backend}upstream-${serviceSpec(canary).port}`;
  return { resource: upstreams, key: { name, namespace } };
}

/** The Upstream whose settings are copied. */
function modelAt(canary: Canary): ObjectAt<Upstream> | undefined {
  const { upstreamRef } = canary.spec;
  if (upstreamRef === undefined) return undefined;
  const { name, namespace } = upstreamRef;
  return { resource: upstreams, key: { name, namespace: given(namespace) ?? namespaceOf(canary) } };
}

function namespaceOf({ metadata: { namespace = "" } }: Canary): string {
  return namespace;
}

function textOf({ resource, key: { name, namespace = "" } }: ObjectAt): string {
  return `${resource.kind} ${name}.${namespace}`;
}

function upstreamChange(
  source: RouteSource,
  backend: Backend,
  live: Upstream | undefined,
  model: Upstream | undefined,
): Change | undefined {
  const { canary } = source;
  const { resource, key } = upstreamAt(canary, backend);
  const copied = model === undefined ? {} : settingsOf(model);
  const apex = apexName(canary);
  const kube = {
    serviceName: backend === "primary" ? primaryName(apex) : canaryName(apex),
    serviceNamespace: namespaceOf(canary),
    servicePort: serviceSpec(canary).port,
    selector: podsOf(source, backend),
  };
  if (live !== undefined) {
    return changeTo(resource, live, {
      ...live,
      spec: { ...live.spec, ...copied, kube: { ...live.spec?.kube, ...kube } },
    });
  }
  const named = modelAt(canary);
  if (named !== undefined && model === undefined) {
    throw new InvalidSpec(
      `spec.upstreamRef: ${textOf(named)} does not exist: create it, or correct name and namespace`,
    );
  }
  const metadata = { ...key, ownerReferences: [ownerReference(canary)] };
  const object = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, spec: { ...copied, kube } };
  return { kind: "create", resource, object };
}

/** All settings; undefined where the Upstream has none, so that one that was copied before is taken away. */
function settingsOf({ spec }: Upstream): Settings {
  return Object.fromEntries(settings.map((name) => [name, spec?.[name]]));
}

/** The route with the weights, and after it, where `analysis.match` says whom a release is about, one for everybody else. */
function routesOf(canary: Canary, routes: Routes): readonly Route[] {
  const to = (backend: Backend): Destination => {
    const { name, namespace = "" } = upstreamAt(canary, backend).key;
    return { upstream: { name, namespace } };
  };
  const weighted = (backend: Backend): WeightedDestination => ({
    destination: to(backend),
    ...(routes[backend] > 0 && { weight: routes[backend] }),
  });
  const matchers = matchersOf(canary.spec.analysis.match ?? []);
  const multi = { destinations: [weighted("primary"), weighted("canary")] };
  return [
    { inheritablePathMatchers: true, ...(matchers.length > 0 && { matchers }), routeAction: { multi } },
    ...(matchers.length === 0
      ? []
      : [{ inheritablePathMatchers: true, routeAction: { single: to(routes.rest ?? "primary") } }]),
  ];
}

/** The weights of the first route with both Upstreams, in percent. */
function routesIn(table: RouteTable | undefined, canary: Canary): Routes | NotReady {
  const { primary, canary: tested } = weightsIn(table, canary);
  if (primary + tested === 0) {
    return { notReady: `${textOf(tableAt(canary))} sends requests to neither primary nor canary` };
  }
  const share = Math.round((100 * tested) / (primary + tested));
  return { primary: 100 - share, canary: share, mirrored: false };
}

function weightsIn(table: RouteTable | undefined, canary: Canary): Readonly<Record<Backend, number>> {
  for (const { routeAction } of table?.spec?.routes ?? []) {
    const destinationOf = (backend: Backend) => {
      const { name } = upstreamAt(canary, backend).key;
      return routeAction?.multi?.destinations?.find(({ destination }) => destination?.upstream?.name === name);
    };
    const [primary, tested] = [destinationOf("primary"), destinationOf("canary")];
    if (primary !== undefined && tested !== undefined) {
      return { primary: primary.weight ?? 0, canary: tested.weight ?? 0 };
    }
  }
  return { primary: 0, canary: 0 };
}
