import { expect, test } from "vitest";
import { compileServices } from "./services.ts";
import { serviceOf, sliceOf } from "./testing.ts";

const services = compileServices({
  services: [
    serviceOf("podinfo", { clusterIP: "10.96.0.7" }),
    serviceOf("headless", { clusterIP: "None" }),
    serviceOf("podinfo", { namespace: "prod" }),
  ],
  endpointSlices: [],
  endpoints: [],
});

test.each([
  ["podinfo", "test", "test/podinfo"],
  ["podinfo", "prod", "prod/podinfo"],
  ["podinfo", "other", undefined],
  ["podinfo", undefined, undefined],
  ["podinfo.prod", "test", "prod/podinfo"],
  ["podinfo.prod.svc", undefined, "prod/podinfo"],
  ["podinfo.prod.svc.cluster.local", undefined, "prod/podinfo"],
  ["a.podinfo.prod.svc.cluster.local", undefined, undefined],
  ["svc.cluster.local", "test", undefined],
  ["10.96.0.7", undefined, "test/podinfo"],
  ["10.96.0.8", undefined, undefined],
  ["none", undefined, undefined],
] as const)("%s called from %s is %s", (host, namespace, expected) => {
  const found = services.resolve(host, namespace);
  expect(found && `${found.namespace}/${found.name}`).toBe(expected);
});

test("knows which namespaces there are", () => {
  expect(["test", "prod", "other"].filter((namespace) => services.hasNamespace(namespace))).toEqual(["test", "prod"]);
});

const ready = (service: string, pod: number) => ({
  namespace: "test",
  pod: `${service}-${pod}`,
  address: `10.0.0.${pod}`,
  port: 8080,
});

test("finds the ready endpoints of each port, in all slices", () => {
  const slice = sliceOf("podinfo", { pods: 3, ready: 2 });
  const [first] = sliceOf("podinfo").endpoints;
  const compiled = compileServices({
    services: [serviceOf("podinfo", { ports: { http: 80, grpc: 81 } })],
    endpointSlices: [
      slice,
      { ...slice, ports: [{ name: "grpc", port: 9999 }], endpoints: [{ addresses: ["10.0.0.9"] }] },
      { ...slice, endpoints: [{ addresses: first?.addresses ?? [], conditions: {} }] },
    ],
    endpoints: [{ metadata: { namespace: "test", name: "podinfo" }, subsets: [{ addresses: [{ ip: "10.9.9.9" }] }] }],
  });
  expect(compiled.get("test", "podinfo")).toEqual({
    namespace: "test",
    name: "podinfo",
    ports: [
      {
        port: 80,
        endpoints: [
          ready("podinfo", 1),
          ready("podinfo", 2),
          { namespace: "test", pod: undefined, address: "10.0.0.1", port: 8080 },
        ],
      },
      { port: 81, endpoints: [{ namespace: "test", pod: undefined, address: "10.0.0.9", port: 9999 }] },
    ],
  });
});

test("goes by Endpoints where there are no slices", () => {
  const compiled = compileServices({
    services: [{ metadata: { namespace: "test", name: "podinfo" }, spec: { ports: [{ port: 80 }] } }],
    endpointSlices: [],
    endpoints: [
      {
        metadata: { namespace: "test", name: "podinfo" },
        subsets: [
          {
            ports: [{ port: 8080 }],
            addresses: [{ ip: "10.0.0.1", targetRef: { kind: "Pod", name: "podinfo-1" } }],
            notReadyAddresses: [{ ip: "10.0.0.2" }],
          },
        ],
      },
    ],
  });
  expect(compiled.get("test", "podinfo")?.ports).toEqual([{ port: 80, endpoints: [ready("podinfo", 1)] }]);
});
