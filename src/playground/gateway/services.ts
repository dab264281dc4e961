import type { Endpoints, Service, ServicePort } from "kubernetes-types/core/v1.d.ts";
import type { EndpointSlice } from "kubernetes-types/discovery/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";

/** What the table of Services is made from. */
export interface ServiceObjects {
  readonly services: readonly Stored<Service>[];
  readonly endpointSlices: readonly Stored<EndpointSlice>[];
  /** Looked at for Services that have no EndpointSlice. */
  readonly endpoints: readonly Stored<Endpoints>[];
}

/** One that answers for a Service, ready to. */
export interface Endpoint {
  readonly namespace: string;
  /** Name of the pod; undefined where something else answers. */
  readonly pod: string | undefined;
  /** As the cluster has it: the pod's IP, which need not exist on this machine. */
  readonly address: string;
  /** Container port. */
  readonly port: number;
}

/** One port of a Service and who answers there. */
export interface ClusterPort {
  readonly port: number;
  readonly endpoints: readonly Endpoint[];
}

export interface ClusterService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly ClusterPort[];
}

/** The Services of the cluster, as its DNS knows them. */
export interface Services {
  get(namespace: string, name: string): ClusterService | undefined;
  /**
   * The Service that a host means: `name` (of `namespace`, which may be unknown), `name.namespace`, the same with `.svc`
   * or `.svc.cluster.local`, or its cluster IP.
   */
  resolve(host: string, namespace: string | undefined): ClusterService | undefined;
  /** Whether any Service is in this namespace. */
  hasNamespace(namespace: string): boolean;
}

const clusterDomain = ".svc.cluster.local";

/** The full name of a Service in the cluster's DNS. */
export function fullName({ namespace, name }: Pick<ClusterService, "namespace" | "name">): string {
  return `${name}.${namespace}${clusterDomain}`;
}

/** Looks up who answers for each port of each Service. */
export function compileServices(objects: ServiceObjects): Services {
  const byName = new Map<string, ClusterService>();
  const byAddress = new Map<string, ClusterService>();
  const sources = endpointSources(objects);
  for (const { metadata, spec } of objects.services) {
    const { namespace = "default", name } = metadata;
    const sourcesHere = sources.get(keyOf(namespace, name)) ?? [];
    const ports = (spec?.ports ?? []).map((port) => clusterPort(namespace, port, sourcesHere));
    const service = { namespace, name, ports };
    byName.set(keyOf(namespace, name), service);
    for (const address of new Set([spec?.clusterIP ?? "", ...(spec?.clusterIPs ?? [])]))
      byAddress.set(address, service);
  }
  const namespaces = new Set([...byName.values()].map(({ namespace }) => namespace));
  const get: Services["get"] = (namespace, name) => byName.get(keyOf(namespace, name));
  return {
    get,
    hasNamespace: (namespace) => namespaces.has(namespace),
    resolve: (host, namespace) => {
      const [name = "", inNamespace = namespace, ...more] = withoutDomain(host).split(".");
      if (inNamespace !== undefined && more.length === 0) return get(inNamespace, name);
      return byAddress.get(host);
    },
  };
}

/** Without `.svc` or `.svc.cluster.local` at the end. */
function withoutDomain(host: string): string {
  const suffix = [clusterDomain, ".svc"].find((end) => host.endsWith(end));
  return suffix === undefined ? host : host.slice(0, -suffix.length);
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** Ready addresses and the ports that they listen on, by the name of the Service's port. */
interface EndpointSource {
  readonly ports: ReadonlyMap<string, number>;
  readonly addresses: readonly Pick<Endpoint, "address" | "pod">[];
}

/** By namespace and name of the Service. */
function endpointSources({
  endpointSlices,
  endpoints,
}: ServiceObjects): ReadonlyMap<string, readonly EndpointSource[]> {
  const slices = Map.groupBy(endpointSlices, ({ metadata }) =>
    keyOf(metadata.namespace ?? "default", metadata.labels?.["kubernetes.io/service-name"] ?? ""),
  );
  const whole = endpoints.map(({ metadata, subsets }): [string, EndpointSource[]] => [
    keyOf(metadata.namespace ?? "default", metadata.name),
    (subsets ?? []).map(({ ports = [], addresses = [] }) => ({
      ports: portsByName(ports),
      addresses: addresses.map(({ ip, targetRef }) => ({ address: ip, pod: podOf(targetRef) })),
    })),
  ]);
  return new Map([...whole, ...[...slices].map(([key, all]): [string, EndpointSource[]] => [key, all.map(ofSlice)])]);
}

function ofSlice({ ports = [], endpoints }: Stored<EndpointSlice>): EndpointSource {
  return {
    ports: portsByName(ports),
    addresses: endpoints
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses: [address], targetRef }) =>
        address === undefined ? [] : [{ address, pod: podOf(targetRef) }],
      ),
  };
}

function portsByName(
  ports: readonly { readonly name?: string; readonly port?: number }[],
): ReadonlyMap<string, number> {
  return new Map(ports.flatMap(({ name = "", port }) => (port === undefined ? [] : [[name, port]])));
}

function podOf(target: { readonly kind?: string; readonly name?: string } | undefined): string | undefined {
  return target?.kind === "Pod" ? target.name : undefined;
}

/** The endpoints controller has looked up `targetPort` by pod already: the port's name leads to it. */
function clusterPort(namespace: string, port: ServicePort, sources: readonly EndpointSource[]): ClusterPort {
  const endpoints = sources.flatMap(({ ports, addresses }) => {
    const number = ports.get(port.name ?? "");
    return number === undefined ? [] : addresses.map((address) => ({ namespace, ...address, port: number }));
  });
  return { port: port.port, endpoints };
}
