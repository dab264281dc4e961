import type { Container, Pod } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import type { Stored } from "../../kubernetes/resources.ts";
import type { Configs } from "./configs.ts";
import { environmentOf } from "./environment.ts";

const pod: Stored<Pod> = {
  metadata: {
    namespace: "test",
    name: "podinfo-1",
    uid: "u1",
    labels: { app: "podinfo", "a/b": "c" },
    annotations: { note: "n" },
  },
  spec: { containers: [], nodeName: "node", serviceAccountName: "robot" },
  status: { podIP: "127.16.0.1", hostIP: "127.0.0.1" },
};

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const configs: Configs = {
  configMap: async (namespace, name) =>
    namespace === "test" && name === "settings"
      ? { metadata: { name }, data: { COLOR: "blue", SIZE: "1" }, binaryData: { RAW: base64("raw") } }
      : undefined,
  secret: async (namespace, name) =>
    namespace === "test" && name === "keys" ? { metadata: { name }, data: { TOKEN: base64("s3cret") } } : undefined,
};

const environment = async (container: Omit<Container, "name">): Promise<Record<string, string>> =>
  Object.fromEntries(await environmentOf(pod, { name: "app", ...container }, configs, new Map([["PATH", "/bin"]])));

test.each<[string, Omit<Container, "name">, Record<string, string>]>([
  ["what it has anyway", {}, {}],
  [
    "literals, which may refer to those before them",
    { env: [{ name: "A", value: "1" }, { name: "B", value: "$(A)$(PATH)$(C)" }, { name: "C" }] },
    { A: "1", B: "1/bin$(C)", C: "" },
  ],
  [
    "a whole ConfigMap",
    { envFrom: [{ configMapRef: { name: "settings" } }] },
    { COLOR: "blue", SIZE: "1", RAW: "raw" },
  ],
  ["a Secret with a prefix", { envFrom: [{ prefix: "MY_", secretRef: { name: "keys" } }] }, { MY_TOKEN: "s3cret" }],
  [
    "optional ones that are missing",
    {
      envFrom: [{ configMapRef: { name: "none", optional: true } }, { secretRef: { name: "none", optional: true } }],
      env: [
        { name: "A", valueFrom: { configMapKeyRef: { name: "none", key: "K", optional: true } } },
        { name: "B", valueFrom: { secretKeyRef: { name: "keys", key: "K", optional: true } } },
      ],
    },
    {},
  ],
  [
    "env over envFrom",
    { envFrom: [{ configMapRef: { name: "settings" } }], env: [{ name: "COLOR", value: "red $(SIZE)" }] },
    { COLOR: "red 1", SIZE: "1", RAW: "raw" },
  ],
  [
    "single keys",
    {
      env: [
        { name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "COLOR" } } },
        { name: "B", valueFrom: { secretKeyRef: { name: "keys", key: "TOKEN" } } },
      ],
    },
    { A: "blue", B: "s3cret" },
  ],
  [
    "fields of the pod",
    {
      env: [
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "metadata.labels['a/b']",
        "metadata.annotations['note']",
        "metadata.labels",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.podIP",
        "status.hostIP",
      ].map((fieldPath, at) => ({ name: `F${at}`, valueFrom: { fieldRef: { fieldPath } } })),
    },
    {
      F0: "podinfo-1",
      F1: "test",
      F2: "u1",
      F3: "c",
      F4: "n",
      F5: 'a/b="c"\napp="podinfo"',
      F6: "node",
      F7: "robot",
      F8: "127.16.0.1",
      F9: "127.0.0.1",
    },
  ],
  [
    "requests and limits",
    {
      resources: { requests: { cpu: "100m" }, limits: { cpu: "1500m", memory: "32Mi" } },
      env: [
        ["requests.cpu", "1m"],
        ["limits.cpu", "0"],
        ["limits.memory", "1Mi"],
        ["requests.memory", "1k"],
      ].map(([resource = "", divisor = ""], at) => ({
        name: `R${at}`,
        valueFrom: { resourceFieldRef: { resource, divisor } },
      })),
    },
    { R0: "100", R1: "2", R2: "32", R3: "33555" },
  ],
])("%s", async (_, container, expected) => {
  expect(await environment(container)).toEqual({ PATH: "/bin", ...expected });
});

test.each<[string, Omit<Container, "name">]>([
  ['configmap "none" not found', { envFrom: [{ configMapRef: { name: "none" } }] }],
  ['secret "none" not found', { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "none", key: "K" } } }] }],
  [
    "couldn't find key K in ConfigMap test/settings",
    { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "K" } } }] },
  ],
  [
    "couldn't find key K in Secret test/keys",
    { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "keys", key: "K" } } }] },
  ],
  [
    "unsupported fieldPath: spec.hostname",
    { env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "spec.hostname" } } }] },
  ],
  [
    "unsupported resource: limits.gpu",
    { env: [{ name: "A", valueFrom: { resourceFieldRef: { resource: "limits.gpu" } } }] },
  ],
  ["valueFrom names no source that is known", { env: [{ name: "A", valueFrom: {} }] }],
])("says %s", async (message, container) => {
  await expect(environment(container)).rejects.toThrow(message);
});
