import { isRecord } from "../../kubernetes/canonical.ts";
import type { StoredObject } from "../resource.ts";
import * as cause from "../schema/causes.ts";
import type { Store } from "../store.ts";
import { invalid } from "./status.ts";

interface Port {
  readonly nodePort?: number;
  readonly [field: string]: unknown;
}

interface Spec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ports?: readonly Port[];
  readonly [field: string]: unknown;
}

/** Gives Services their addresses in 10.96.0.0/16 and their node ports: each time the lowest free one. */
export interface ServiceAddresses {
  /** The Service with what its type has and it does not ask for. Throws StatusError 422 for an address that is taken. */
  readonly allocate: (service: StoredObject) => StoredObject;
  /** The Service with what it had before, where the update leaves it out. */
  readonly keep: (service: StoredObject, before: StoredObject) => StoredObject;
}

const headless = "None";
const withNodePorts = ["NodePort", "LoadBalancer"];
const firstNodePort = 30_000;
const lastNodePort = 32_767;
/** 10.96.0.1 is that of the API server itself. */
const firstAddress = 2;
const lastAddress = 2 ** 16 - 2;

export function createServiceAddresses(store: Store): ServiceAddresses {
  const addresses = createPool(firstAddress, lastAddress, (index) => `10.96.${Math.floor(index / 256)}.${index % 256}`);
  const nodePorts = createPool(firstNodePort, lastNodePort, (index) => index);
  store.onChange(({ collection, type, object, previous }) => {
    if (collection !== "services") return;
    for (const { ips, ports } of previous === undefined ? [] : [usedBy(previous)]) {
      addresses.release(ips);
      nodePorts.release(ports);
    }
    for (const { ips, ports } of type === "DELETED" ? [] : [usedBy(object)]) {
      addresses.take(ips);
      nodePorts.take(ports);
    }
  });

  function withAddress(name: string, spec: Spec): Spec {
    const asked = spec.clusterIP ?? spec.clusterIPs?.[0] ?? "";
    if (addresses.isTaken(asked)) {
      const why = `failed to allocate IP ${asked}: provided IP is already allocated`;
      throw invalid({ group: "", kind: "Service" }, name, [cause.invalid("spec.clusterIPs", [asked], why)]);
    }
    const clusterIP = asked === "" ? addresses.lowest(new Set()) : asked;
    return { ...spec, clusterIP, clusterIPs: spec.clusterIPs ?? [clusterIP] };
  }

  function withPorts(spec: Spec): Spec {
    if (spec.ports === undefined || !withNodePorts.includes(spec.type ?? "")) return spec;
    const own = new Set(spec.ports.map(({ nodePort = 0 }) => nodePort));
    const ports = spec.ports.map((port) => {
      if (port.nodePort !== undefined && port.nodePort !== 0) return port;
      const nodePort = nodePorts.lowest(own);
      own.add(nodePort);
      return { ...port, nodePort };
    });
    return { ...spec, ports };
  }

  const allocate: ServiceAddresses["allocate"] = (service) => {
    const spec = specOf(service);
    if (spec.type === "ExternalName") return service;
    return { ...service, spec: withPorts(withAddress(service.metadata.name, spec)) };
  };

  return {
    allocate,
    keep: (service, before) => {
      const [spec, old] = [specOf(service), specOf(before)];
      if (spec.type === "ExternalName" || old.type === "ExternalName") return allocate(service);
      const clusterIP = (spec.clusterIP ?? "") === "" ? old.clusterIP : spec.clusterIP;
      const kept = {
        ...spec,
        ...(clusterIP !== undefined && { clusterIP, clusterIPs: spec.clusterIPs ?? old.clusterIPs ?? [clusterIP] }),
        ...(spec.ports !== undefined && {
          ports: withNodePorts.includes(spec.type ?? "") ? portsOf(spec, old) : spec.ports,
        }),
      };
      return { ...service, spec: withPorts(kept) };
    },
  };
}

/** The ports with the node ports that the same ones had. */
function portsOf({ ports = [] }: Spec, { ports: old = [] }: Spec): readonly Port[] {
  return ports.map((port) => {
    const was = old.find((one) => one["port"] === port["port"] && one["protocol"] === port["protocol"]);
    return port.nodePort === undefined && was?.nodePort !== undefined ? { ...port, nodePort: was.nodePort } : port;
  });
}

function usedBy(service: StoredObject): { readonly ips: readonly string[]; readonly ports: readonly number[] } {
  const { clusterIP = headless, ports = [] } = specOf(service);
  return {
    ips: clusterIP === headless ? [] : [clusterIP],
    ports: ports.flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort])),
  };
}

function createPool<T>(first: number, last: number, at: (index: number) => T) {
  const taken = new Set<T>();
  /** Nothing below is free. */
  let next = first;
  return {
    isTaken: (value: T): boolean => taken.has(value),
    take: (values: readonly T[]): void => {
      for (const value of values) taken.add(value);
    },
    release: (values: readonly T[]): void => {
      for (const value of values) taken.delete(value);
      if (values.length > 0) next = first;
    },
    /** The lowest that is neither taken nor among the others. */
    lowest: (others: ReadonlySet<T>): T => {
      while (taken.has(at(next))) next++;
      for (let index = next; index <= last; index++) {
        if (!taken.has(at(index)) && !others.has(at(index))) return at(index);
      }
      throw new Error("all addresses or ports of Services are taken");
    },
  };
}

function specOf({ spec }: StoredObject): Spec {
  return isRecord(spec) ? spec : {};
}
