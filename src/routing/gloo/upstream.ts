import type { Resource } from "../../kubernetes/resources.ts";
import type { Reported } from "./status.ts";

/*
 * The parts of an Upstream that the router writes and copies. Source: docs.solo.io/gloo-edge, gloo.solo.io
 * upstream.proto and kubernetes.proto.
 */

export interface Upstream extends Reported {
  readonly spec?: UpstreamSpec;
}

export interface UpstreamSpec extends Settings {
  readonly kube?: KubeUpstream;
}

/** The pods of one port of a Service, and of those the ones with these labels. */
export interface KubeUpstream {
  readonly serviceName: string;
  readonly serviceNamespace: string;
  readonly servicePort: number;
  readonly selector: Readonly<Record<string, string>>;
}

/** What is copied from the Upstream that a Canary names, as it stands. */
export const settings = [
  "labels",
  "sslConfig",
  "circuitBreakers",
  "connectionConfig",
  "loadBalancerConfig",
  "useHttp2",
  "initialStreamWindowSize",
  "initialConnectionWindowSize",
  "httpProxyHostname",
] as const;

export type Settings = Readonly<Partial<Record<(typeof settings)[number], unknown>>>;

export const upstreams: Resource<Upstream> = {
  group: "gloo.solo.io",
  version: "v1",
  kind: "Upstream",
  plural: "upstreams",
  namespaced: true,
  origin: "Gloo",
};
