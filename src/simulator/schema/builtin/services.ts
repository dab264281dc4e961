import type { Endpoints, Service, ServiceSpec } from "kubernetes-types/core/v1.d.ts";
import type { EndpointSlice } from "kubernetes-types/discovery/v1.d.ts";
import { columnsOf, none } from "../columns.ts";
import { dns1035Label } from "../names.ts";
import { formatLabels } from "../selectors.ts";
import { builtinKind } from "./kind.ts";
import { serviceProblems } from "./service-rules.ts";

/*
 * Services and their endpoints. Sources: kubernetes, pkg/apis/core/v1/defaults.go and pkg/printers/internalversion.
 */

const service = columnsOf<Service>();
const endpoints = columnsOf<Endpoints>();
const slice = columnsOf<EndpointSlice>();

export const services = [
  builtinKind<Service>({
    apiVersion: "v1",
    kind: "Service",
    shortNames: ["svc"],
    categories: ["all"],
    status: true,
    name: dns1035Label,
    columns: [
      service.column("Type", "string", ({ spec }) => spec?.type ?? ""),
      service.column("Cluster-IP", "string", ({ spec }) => spec?.clusterIP ?? none),
      service.column("External-IP", "string", externalAddress),
      service.column("Port(s)", "string", ({ spec }) => {
        const ports = (spec?.ports ?? []).map(
          ({ port, nodePort = 0, protocol = "TCP" }) => `${port}${nodePort === 0 ? "" : `:${nodePort}`}/${protocol}`,
        );
        return ports.length === 0 ? none : ports.join(",");
      }),
      service.wide("Selector", "string", ({ spec }) => formatLabels(spec?.selector)),
    ],
    complete: ({ spec, ...rest }) => (spec === undefined ? rest : { ...rest, spec: completeService(spec) }),
    rules: serviceProblems,
  }),
  builtinKind<Endpoints>({
    apiVersion: "v1",
    kind: "Endpoints",
    plural: "endpoints",
    shortNames: ["ep"],
    columns: [endpoints.column("Endpoints", "string", ({ subsets }) => addresses(subsets ?? []))],
    complete: ({ subsets, ...rest }) => ({
      ...rest,
      ...(subsets !== undefined && {
        subsets: subsets.map(({ ports, ...subset }) => ({
          ...subset,
          ...(ports !== undefined && { ports: ports.map((port) => ({ protocol: "TCP", ...port })) }),
        })),
      }),
    }),
  }),
  builtinKind<EndpointSlice>({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    type: "discovery.v1.EndpointSlice",
    generation: true,
    columns: [
      slice.column("AddressType", "string", ({ addressType }) => addressType),
      slice.column("Ports", "string", ({ ports = [] }) =>
        limited(
          ports.map(({ port, name }) => (port === undefined ? (name ?? "*") : String(port))),
          "<unset>",
        ),
      ),
      slice.column("Endpoints", "string", (object) =>
        limited(
          (object as Partial<EndpointSlice>).endpoints?.flatMap((endpoint) => endpoint.addresses) ?? [],
          "<unset>",
        ),
      ),
    ],
    complete: ({ ports, ...rest }) => ({
      ...rest,
      ...(ports !== undefined && { ports: ports.map((port) => ({ name: "", protocol: "TCP", ...port })) }),
    }),
  }),
];

/** What does not depend on other Services: which address it gets is for whoever stores it to say. */
function completeService(given: ServiceSpec): ServiceSpec {
  const spec = { sessionAffinity: "None", type: "ClusterIP", ...given };
  if (spec.ports !== undefined) {
    spec.ports = spec.ports.map((port) => {
      const targetPort = port.targetPort ?? port.port;
      return { ...port, targetPort: targetPort === 0 || targetPort === "" ? port.port : targetPort };
    });
  }
  if (spec.sessionAffinity === "ClientIP") {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10_800, ...spec.sessionAffinityConfig?.clientIP } };
  }
  if (spec.type === "ExternalName") return spec;
  const isOutside = spec.type === "NodePort" || spec.type === "LoadBalancer";
  return {
    internalTrafficPolicy: "Cluster",
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    ...(spec.clusterIP !== undefined && spec.clusterIP !== "" && { clusterIPs: [spec.clusterIP] }),
    ...(isOutside && { externalTrafficPolicy: "Cluster" }),
    ...(spec.type === "LoadBalancer" && { allocateLoadBalancerNodePorts: true }),
    ...spec,
  };
}

function externalAddress({ spec = {}, status }: Service): string {
  const { externalIPs = [] } = spec;
  switch (spec.type) {
    case "ExternalName":
      return spec.externalName ?? none;
    case "LoadBalancer": {
      const ingress = status?.loadBalancer?.ingress ?? [];
      const found = [...ingress.map(({ ip, hostname }) => ip ?? hostname ?? ""), ...externalIPs];
      return found.length === 0 ? "<pending>" : found.join(",");
    }
    default:
      return externalIPs.length === 0 ? none : externalIPs.join(",");
  }
}

function addresses(subsets: NonNullable<Endpoints["subsets"]>): string {
  return limited(
    subsets.flatMap(({ addresses: ready = [], ports = [] }) =>
      ports.length === 0
        ? ready.map(({ ip }) => ip)
        : ports.flatMap(({ port }) => ready.map(({ ip }) => `${ip}:${port}`)),
    ),
    none,
  );
}

/** At most three, and how many more there are. */
function limited(texts: readonly string[], nothing: string): string {
  if (texts.length === 0) return nothing;
  const shown = texts.slice(0, 3).join(",");
  return texts.length > 3 ? `${shown} + ${texts.length - 3} more...` : shown;
}
