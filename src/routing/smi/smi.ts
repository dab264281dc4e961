import type { Canary } from "../../api/canary.ts";
import { given } from "../../api/given.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import { isControlledBy, ownerReference } from "../../api/ownership.ts";
import type { Routes } from "../../api/routes.ts";
import { changeTo } from "../../kubernetes/change.ts";
import type { ObjectAt } from "../../kubernetes/change.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import { apexAt } from "../apex-object.ts";
import type { NotReady, Router } from "../router.ts";
import { trafficSplits, versions } from "./traffic-split.ts";
import type { TrafficSplit, TrafficSplitBackend, TrafficSplitSpec, Version } from "./traffic-split.ts";

type Annotations = Readonly<Record<string, string>>;

/** Where Istio's adapter for SMI finds the gateways of the VirtualService that it makes, a list in JSON. */
const gatewaysKey = "VirtualService.v1alpha3.networking.istio.io/spec.gateways";

/** Linkerd, by its SMI extension, Open Service Mesh, and any other mesh that knows SMI, by the version of the API. */
export const trafficSplitRouters: readonly Router<readonly [TrafficSplit]>[] = [
  trafficSplit("linkerd", "v1alpha1"),
  trafficSplit("osm", "v1alpha2"),
  ...versions.map((version) => trafficSplit(`smi:${version}`, version)),
  ...versions.map((version) => trafficSplit(`smi:${version}:istio`, version, "istio")),
];

/**
 * One TrafficSplit with the name of the apex, from the apex to the Services of primary and canary. Of a split that
 * exists, service and backends are corrected whoever made it; its metadata is left alone, but for the annotation that
 * names the gateways. There is no A/B, no mirroring, and no status.
 */
function trafficSplit(name: string, version: Version, mesh?: "istio"): Router<readonly [TrafficSplit]> {
  const resource = trafficSplits[version];
  const splitAt = (canary: Canary): ObjectAt<TrafficSplit> => apexAt(resource, canary);
  const weight = (percent: number) => (version === "v1alpha1" ? String(percent) : percent);
  const annotated = (canary: Canary, others: Annotations | undefined) =>
    mesh === "istio" ? withGateways(canary, others) : others;

  return {
    name,

    inputs: (canary) => [splitAt(canary)],

    render: ({ canary, live: [live] }, routes) => {
      const apex = apexName(canary);
      const spec: TrafficSplitSpec = {
        service: given(canary.spec.service?.hosts?.[0]) ?? apex,
        backends: [
          { service: canaryName(apex), weight: weight(routes.canary) },
          { service: primaryName(apex), weight: weight(routes.primary) },
        ],
      };
      if (live === undefined) {
        const annotations = annotated(canary, undefined);
        const metadata = {
          ...splitAt(canary).key,
          ...(annotations !== undefined && { annotations }),
          ownerReferences: [ownerReference(canary)],
        };
        return [
          {
            kind: "create",
            resource,
            object: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, spec },
          },
        ];
      }
      // The annotation of gateways that are no longer wanted goes, unless others have put it there.
      const { [gatewaysKey]: _, ...others } = live.metadata.annotations ?? {};
      const kept = isControlledBy(canary, live) && mesh === "istio" ? others : live.metadata.annotations;
      const change = changeTo(resource, live, {
        ...live,
        metadata: { ...live.metadata, annotations: annotated(canary, kept) },
        spec: { ...live.spec, ...spec },
      });
      return change === undefined ? [] : [change];
    },

    read: ({ canary, live: [live] }) => {
      const { name: apex, namespace = "" } = splitAt(canary).key;
      const split = `TrafficSplit ${apex}.${namespace}`;
      return live === undefined ? { notReady: `${split} does not exist` } : routesIn(live, apex, split);
    },

    // A split of this Canary goes with it; one that was there before stays as it is.
    undo: () => [],
  };
}

/** Undefined when there would be none. */
function withGateways({ spec }: Canary, others: Annotations = {}): Annotations | undefined {
  const gateways = spec.service?.gateways ?? [];
  const annotations = gateways.length === 0 ? others : { ...others, [gatewaysKey]: JSON.stringify(gateways) };
  return Object.keys(annotations).length > 0 ? annotations : undefined;
}

/** The weights in percent. A backend that is not there gets nothing. */
function routesIn({ spec }: TrafficSplit, apex: string, split: string): Routes | NotReady {
  const weightOf = (service: string) => valueOf(spec?.backends?.find((backend) => backend.service === service));
  const [primary, tested] = [weightOf(primaryName(apex)), weightOf(canaryName(apex))];
  const sum = primary + tested;
  if (Number.isNaN(sum)) return { notReady: `${split} has weights that are not positive numbers or 0` };
  if (sum === 0) return { notReady: `${split} sends requests to neither primary nor canary` };
  const share = Math.round((100 * tested) / sum);
  return { primary: 100 - share, canary: share, mirrored: false };
}

const suffixes: Readonly<Record<string, number>> = { m: 0.001, "": 1, k: 1000 };

/** NaN for what is no weight. */
function valueOf(backend: TrafficSplitBackend | undefined): number {
  const [, number, suffix = ""] = /^(\d+(?:\.\d+)?)([mk]?)$/.exec(String(backend?.weight ?? 0)) ?? [];
  return Number(number) * (suffixes[suffix] ?? NaN);
}
