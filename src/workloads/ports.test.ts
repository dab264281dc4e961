import type { ContainerPort } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import type { Canary, CanaryService } from "../api/canary.ts";
import { discoverPorts } from "./ports.ts";
import { canary } from "./testdata/podinfo.ts";

const ports: ContainerPort[] = [{ name: "http", containerPort: 8080 }, { containerPort: 80 }];
const template = {
  spec: {
    containers: [
      { name: "app", ports },
      { name: "envoy", ports: [{ containerPort: 15000 }] },
    ],
  },
};

test.each<[string, CanaryService, Record<string, number>]>([
  ["is off by default", { port: 80 }, {}],
  ["leaves out service.port", { port: 80, portDiscovery: true }, { http: 8080 }],
  ["leaves out a target port by number", { port: 80, targetPort: 8080, portDiscovery: true }, { "tcp-app-1": 80 }],
  ["leaves out a target port by name", { port: 80, targetPort: "http", portDiscovery: true }, { "tcp-app-1": 80 }],
  ["takes 0 for no target port", { port: 8080, targetPort: "0", portDiscovery: true }, { "tcp-app-1": 80 }],
  ["includes the rest", { port: 1, portDiscovery: true }, { http: 8080, "tcp-app-1": 80 }],
])("%s", (_, service, expected) => {
  const of: Canary = { ...canary, spec: { ...canary.spec, service } };
  expect(discoverPorts(of, template)).toEqual(expected);
});
