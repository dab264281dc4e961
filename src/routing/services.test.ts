import type { Service } from "kubernetes-types/core/v1.d.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CanaryService } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { services } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { serviceChange } from "./services.ts";
import type { Backend, ServiceRole } from "./services.ts";
import { after, fluxOptOut, ownerReferences, source } from "./testdata/podinfo.ts";

const http = { name: "http", protocol: "TCP", port: 9898, targetPort: 9898 };

function service(name: string, app: string): Stored<Service> {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "test", labels: { app: name }, annotations: fluxOptOut, ownerReferences },
    spec: { type: "ClusterIP", selector: { app }, ports: [http] },
  };
}

describe("a Service that is missing", () => {
  test.each<[ServiceRole, Backend | undefined, Stored<Service>]>([
    ["primary", undefined, service("podinfo-primary", "podinfo-primary")],
    ["canary", undefined, service("podinfo-canary", "podinfo")],
    ["apex", undefined, service("podinfo", "podinfo-primary")],
    ["apex", "canary", service("podinfo", "podinfo")],
    ["primary", "canary", service("podinfo-primary", "podinfo-primary")],
  ])("is made: %s, selecting %s", (role, selects, object) => {
    expect(serviceChange(source(), role, undefined, selects)).toEqual({ kind: "create", resource: services, object });
  });

  test("follows service.*", () => {
    const wanted: CanaryService = {
      name: "shop",
      port: 80,
      portName: "web",
      targetPort: "http",
      appProtocol: "http",
      headless: true,
      trafficDistribution: "PreferClose",
      apex: {
        labels: { team: "a", app: "ignored" },
        annotations: { note: "n", "helm.toolkit.fluxcd.io/driftDetection": "enabled" },
      },
      primary: { labels: { team: "not the apex" } },
    };
    expect(after(serviceChange(source(wanted, { grpc: 9999 }), "apex", undefined))).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "shop",
        namespace: "test",
        labels: { team: "a", app: "shop" },
        annotations: { note: "n", ...fluxOptOut },
        ownerReferences,
      },
      spec: {
        type: "ClusterIP",
        clusterIP: "None",
        selector: { app: "podinfo-primary" },
        ports: [
          { name: "web", protocol: "TCP", port: 80, targetPort: "http", appProtocol: "http" },
          { name: "grpc", protocol: "TCP", port: 9999, targetPort: 9999 },
        ],
        trafficDistribution: "PreferClose",
      },
    });
  });

  test.each<[string, CanaryService, Record<string, number>, unknown]>([
    ["a target port of 0 is none", { port: 80, targetPort: 0 }, {}, [{ ...http, port: 80, targetPort: 80 }]],
    ["an empty name is none", { port: 9898, portName: "" }, {}, [http]],
    ["a discovered port of the same number", { port: 9898, targetPort: 1 }, { x: 9898 }, [{ ...http, targetPort: 1 }]],
    ["a discovered port of the same name", { port: 9898 }, { http: 1 }, [http]],
  ])("has ports that the API server takes: %s", (_, wanted, discovered, ports) => {
    expect(after(serviceChange(source(wanted, discovered), "apex", undefined)).spec?.ports).toEqual(ports);
  });

  test("cannot be made without spec.service", () => {
    const { canary, ...rest } = source();
    const { targetRef, analysis } = canary.spec;
    const bare = { ...rest, canary: { ...canary, spec: { targetRef, analysis } } };
    expect(() => serviceChange(bare, "apex", undefined)).toThrow(
      new InvalidSpec("canary podinfo.test must have spec.service.port"),
    );
  });
});

describe("a Service that the user made", () => {
  const theirs: Stored<Service> = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "podinfo", namespace: "test", resourceVersion: "5", labels: { a: "b" }, annotations: { c: "d" } },
    spec: {
      type: "NodePort",
      clusterIP: "10.0.0.7",
      sessionAffinity: "ClientIP",
      selector: { app: "podinfo", tier: "web" },
      ports: [
        { name: "admin", protocol: "TCP", port: 9000, targetPort: 9000, nodePort: 30001 },
        { name: "http", protocol: "TCP", port: 80, targetPort: 9898, nodePort: 30000 },
      ],
    },
  };

  test("gets ports and selector, keeps its node port, and Flux is asked to let it be", () => {
    expect(serviceChange(source(), "apex", theirs)).toEqual({
      kind: "patch",
      resource: services,
      key: { name: "podinfo", namespace: "test" },
      patch: {
        type: "merge",
        body: {
          metadata: { annotations: fluxOptOut, resourceVersion: "5" },
          spec: { selector: { app: "podinfo-primary", tier: null }, ports: [{ ...http, nodePort: 30000 }] },
        },
      },
    });
  });

  test("keeps the order of its ports", () => {
    const source2 = source({ port: 80 }, { admin: 9000 });
    const corrected = after(serviceChange(source2, "apex", theirs), theirs);
    const reversed = { ...corrected, spec: { ...corrected.spec, ports: corrected.spec?.ports?.toReversed() ?? [] } };
    expect(serviceChange(source2, "apex", reversed)).toBeUndefined();
  });
});

describe("a Service of this Canary", () => {
  const wanted: CanaryService = {
    port: 9898,
    apex: { labels: { team: "a" }, annotations: { note: "n" } },
    unmanagedMetadata: { labels: ["kept"], annotations: ["cloud/neg"] },
  };

  test("has the labels and annotations that it should, and those that others manage", () => {
    const live = service("podinfo", "podinfo-primary");
    const drifted = {
      ...live,
      metadata: { ...live.metadata, labels: { app: "x", kept: "1", gone: "2" }, annotations: { "cloud/neg": "{}" } },
    };
    expect(after(serviceChange(source(wanted), "apex", drifted), drifted).metadata).toEqual({
      ...live.metadata,
      labels: { app: "podinfo", team: "a", kept: "1" },
      annotations: { note: "n", "cloud/neg": "{}", ...fluxOptOut },
    });
  });

  test("is left alone where only creation matters", () => {
    const live = service("podinfo", "podinfo-primary");
    const headless: CanaryService = { port: 9898, headless: true, trafficDistribution: "PreferClose" };
    expect(serviceChange(source(headless), "apex", live)).toBeUndefined();
  });

  test.each<ServiceRole>(["apex", "primary", "canary"])("is left alone as the API server completes it: %s", (role) => {
    const of = source({ port: 80, targetPort: "http", appProtocol: "http" }, { grpc: 9999, admin: 9000 });
    const made = after(serviceChange(of, role, undefined));
    const completed: Stored<Service> = {
      ...made,
      metadata: { ...made.metadata, uid: "uid-2", resourceVersion: "7", creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: {
        ...made.spec,
        clusterIP: "10.0.0.7",
        clusterIPs: ["10.0.0.7"],
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
        internalTrafficPolicy: "Cluster",
        sessionAffinity: "None",
      },
      status: { loadBalancer: {} },
    };
    expect(serviceChange(of, role, completed)).toBeUndefined();
  });
});

test("any Service is put right once, by a single label, and what else is in it survives", () => {
  const name = fc.constantFrom("http", "grpc", "admin");
  const port = fc.record({ name, port: fc.integer({ min: 1, max: 5 }), nodePort: fc.constantFrom(0, 30000) });
  const map = fc.dictionary(fc.constantFrom("app", "team", "tier"), fc.constantFrom("a", "podinfo"), { minKeys: 1 });
  const live = fc.record({
    metadata: fc.record({
      name: fc.constant("podinfo"),
      labels: map,
      annotations: map,
      finalizers: fc.constant(["theirs"]),
      ownerReferences: fc.constantFrom([], ownerReferences),
    }),
    spec: fc.record({
      selector: map,
      ports: fc.uniqueArray(port, { selector: (each) => each.name }),
      type: fc.constantFrom("ClusterIP", "NodePort"),
      clusterIP: fc.constant("10.0.0.7"),
    }),
  });
  const role = fc.constantFrom<ServiceRole>("apex", "primary", "canary");
  const backend = fc.constantFrom<Backend>("primary", "canary");
  fc.assert(
    fc.property(live, role, backend, (existing, of, selects) => {
      const change = serviceChange(source({ port: 3 }, { grpc: 4 }), of, existing, selects);
      const once = after(change, existing);
      expect(serviceChange(source({ port: 3 }, { grpc: 4 }), of, once, selects)).toBeUndefined();
      expect(Object.keys(once.spec?.selector ?? {})).toEqual(["app"]);
      expect(once.metadata.finalizers).toEqual(["theirs"]);
      expect(once.spec).toMatchObject({ type: existing.spec.type, clusterIP: "10.0.0.7" });
    }),
  );
});
