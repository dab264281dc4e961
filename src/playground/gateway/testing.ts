import type { Service } from "kubernetes-types/core/v1.d.ts";
import type { EndpointSlice } from "kubernetes-types/discovery/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import type { Decision } from "./decide.ts";
import type { Gateway, HttpRoute } from "./gateway-api.ts";
import type { VirtualService } from "./istio.ts";
import type { Facts } from "./match.ts";
import type { GatewayObjects } from "./table.ts";

interface ServiceOptions {
  readonly namespace?: string;
  /** Numbers by name. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly clusterIP?: string;
}

interface SliceOptions {
  readonly namespace?: string;
  readonly pods?: number;
  readonly ready?: number;
  /** Name of the Service's port. */
  readonly port?: string;
}

/** A Service `name` in namespace test with port `http` 9898, or those given. */
export function serviceOf(
  name: string,
  { namespace = "test", ports = { http: 9898 }, clusterIP = "" }: ServiceOptions = {},
): Stored<Service> {
  return {
    metadata: { namespace, name },
    spec: {
      clusterIP,
      ports: Object.entries(ports).map(([port, number]) => ({ name: port, port: number, targetPort: port })),
    },
  };
}

/** The slice of that Service: pods `name-1`, `name-2` and so on, of which the first `ready` are, on container port 8080. */
export function sliceOf(
  name: string,
  { namespace = "test", pods = 1, ready = pods, port = "http" }: SliceOptions = {},
): Stored<EndpointSlice> {
  return {
    metadata: { namespace, name: `${name}-x`, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ name: port, port: 8080 }],
    endpoints: Array.from({ length: pods }, (_, index) => ({
      addresses: [`10.0.0.${index + 1}`],
      conditions: { ready: index < ready },
      targetRef: { kind: "Pod", namespace, name: `${name}-${index + 1}` },
    })),
  };
}

/** Objects with the three Services of podinfo, one pod each. */
export function podinfo(objects: Partial<GatewayObjects> = {}): GatewayObjects {
  const names = ["podinfo", "podinfo-primary", "podinfo-canary"];
  return {
    services: names.map((name) => serviceOf(name)),
    endpointSlices: names.map((name) => sliceOf(name)),
    endpoints: [],
    gateways: [gatewayOf()],
    httpRoutes: [],
    virtualServices: [],
    ...objects,
  };
}

/** The Gateway `gateway` in namespace test, which takes routes of its own namespace. */
export function gatewayOf(listener: Partial<Gateway["spec"]["listeners"][number]> = {}): Gateway {
  return {
    metadata: { namespace: "test", name: "gateway" },
    spec: { listeners: [{ name: "http", port: 80, ...listener }] },
  };
}

/** An HTTPRoute `podinfo` in namespace test, attached to that Gateway for app.example.com unless it says otherwise. */
export function httpRouteOf(spec: HttpRoute["spec"], metadata: Partial<HttpRoute["metadata"]> = {}): HttpRoute {
  return {
    metadata: { namespace: "test", name: "podinfo", ...metadata },
    spec: { parentRefs: [{ name: "gateway" }], hostnames: ["app.example.com"], ...spec },
  };
}

/** A VirtualService `podinfo` in namespace test, for the mesh and host podinfo unless it says otherwise. */
export function virtualServiceOf(
  spec: NonNullable<VirtualService["spec"]>,
  metadata: Partial<VirtualService["metadata"]> = {},
): VirtualService {
  return { metadata: { namespace: "test", name: "podinfo", ...metadata }, spec: { hosts: ["podinfo"], ...spec } };
}

/** GET http://podinfo.test:9898/ unless it says otherwise. */
export function factsOf(facts: Partial<Facts> = {}): Facts {
  return {
    method: "GET",
    host: "podinfo.test",
    port: 9898,
    path: "/",
    query: "",
    headers: {},
    caller: undefined,
    direct: false,
    ...facts,
  };
}

/** A decision in short: where a request goes, or what the gateway answers. */
export function shortly(decision: Decision): string {
  if (decision.kind === "answer") return `${decision.status} ${decision.headers["location"] ?? decision.text}`.trim();
  return `${decision.to.service.replace(".svc.cluster.local", "")}:${decision.to.port}`;
}
