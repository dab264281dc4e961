import { expect, test } from "vitest";
import type { PodSpec } from "kubernetes-types/core/v1.d.ts";
import { configRefs, renameConfigs } from "./config-refs.ts";
import { podSpec } from "./testdata/podinfo.ts";

const twice = (first: boolean, second: boolean): PodSpec => ({
  containers: [
    {
      name: "app",
      envFrom: [{ configMapRef: { name: "c", optional: first } }, { configMapRef: { name: "c", optional: second } }],
    },
  ],
});

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
])("a config that is optional %s and %s is optional %s", (first, second, optional) => {
  expect(configRefs(twice(first, second))).toEqual([{ kind: "ConfigMap", name: "c", optional }]);
});

test("reads optional from every place that has it", () => {
  const spec: PodSpec = {
    volumes: [
      { name: "a", configMap: { name: "a", optional: true } },
      { name: "b", secret: { secretName: "b", optional: true } },
      { name: "c", projected: { sources: [{ secret: { name: "c", optional: true } }] } },
    ],
    containers: [
      { name: "app", env: [{ name: "D", valueFrom: { secretKeyRef: { name: "d", key: "k", optional: true } } }] },
    ],
  };
  expect(configRefs(spec).map(({ name, optional }) => [name, optional])).toEqual([
    ["a", true],
    ["b", true],
    ["c", true],
    ["d", true],
  ]);
});

test("ignores other ways to name a Secret, and names that are missing", () => {
  const spec: PodSpec = {
    imagePullSecrets: [{ name: "registry" }],
    volumes: [
      { name: "csi", csi: { driver: "d", nodePublishSecretRef: { name: "csi" } } },
      { name: "none", configMap: {} },
      { name: "nothing", secret: {} },
    ],
    containers: [{ name: "app", env: [{ name: "A", value: "1" }] }],
  };
  expect(configRefs(spec)).toEqual([]);
  expect(configRefs(undefined)).toEqual([]);
  expect(renameConfigs(spec, ({ name }) => `${name}-primary`)).toEqual(spec);
});

test("renaming back and forth changes nothing", () => {
  const there = renameConfigs(podSpec(""), ({ name }) => `${name}-x`);
  expect(renameConfigs(there, ({ name }) => name.slice(0, -2))).toEqual(podSpec(""));
});
