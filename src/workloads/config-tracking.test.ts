import { expect, test } from "vitest";
import { checksum, configKey, summarise, trackConfigs } from "./config-tracking.ts";
import type { ConfigSummary } from "./config-tracking.ts";
import type { ConfigRef } from "./workload.ts";

test.each([
  ["no data", {}, "74234e98afe7498f"],
  ["empty data", { data: {} }, "44136fa355b3678a"],
  ["a ConfigMap", { data: { a: "1" } }, "9afeb0f2b203f254"],
  ["characters that Go escapes", { data: { a: "<b>&" } }, "a4e4bfa3763b0559"],
  ["a Secret", { data: { b: "Mg==" } }, "270d233a7f38bccd"],
  ["another Secret", { data: { value: "czNjcjN0" } }, "e9508890208eabc4"],
])("the checksum of %s is Flagger's", (_, config, expected) => {
  expect(checksum(config)).toBe(expected);
});

test("the checksum follows binary data too", () => {
  const [one, other] = ["AA==", "AQ=="].map((file) => checksum({ data: { a: "1" }, binaryData: { file } }));
  expect(one).not.toBe("9afeb0f2b203f254");
  expect(one).not.toBe(other);
});

test("a summary has no data and no annotation that may hold it", () => {
  const metadata = { name: "s", namespace: "test", resourceVersion: "1", labels: { a: "b" } };
  const annotations = {
    "flagger.app/config-tracking": "disabled",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
  };
  expect(summarise({ metadata: { ...metadata, annotations }, type: "Opaque", data: { b: "Mg==" } })).toEqual({
    metadata: { ...metadata, annotations: { "flagger.app/config-tracking": "disabled" } },
    type: "Opaque",
    checksum: "270d233a7f38bccd",
  });
  expect(summarise({ metadata, data: { a: "1" } })).toEqual({ metadata, checksum: "9afeb0f2b203f254" });
});

test("tracks what exists, is of a known type and has not opted out", () => {
  const stored: Record<string, Partial<ConfigSummary>> = {
    "configmap/plain": {},
    "configmap/off": { metadata: { name: "off", annotations: { "flagger.app/config-tracking": "disabled" } } },
    "configmap/on": { metadata: { name: "on", annotations: { "flagger.app/config-tracking": "enabled" } } },
    "secret/opaque": { type: "Opaque" },
    "secret/basic": { type: "kubernetes.io/basic-auth" },
    "secret/ssh": { type: "kubernetes.io/ssh-auth" },
    "secret/tls": { type: "kubernetes.io/tls" },
    "secret/token": { type: "kubernetes.io/service-account-token" },
  };
  const refs: ConfigRef[] = [
    ...Object.keys(stored).map((key): ConfigRef => {
      const [kind, name = ""] = key.split("/");
      return { kind: kind === "secret" ? "Secret" : "ConfigMap", name, optional: false };
    }),
    { kind: "ConfigMap", name: "gone", optional: false },
    { kind: "Secret", name: "perhaps", optional: true },
  ];
  const tracked = ["configmap/plain", "configmap/on", "secret/opaque", "secret/basic", "secret/ssh", "secret/tls"];
  expect(
    trackConfigs(refs, (ref) => {
      const found = stored[configKey(ref)];
      return found && { metadata: { name: ref.name }, checksum: `sum of ${ref.name}`, ...found };
    }),
  ).toEqual({
    refs: refs.filter((ref) => tracked.includes(configKey(ref))),
    checksums: Object.fromEntries(tracked.map((key) => [key, `sum of ${key.split("/")[1] ?? ""}`])),
    missing: [{ kind: "ConfigMap", name: "gone", optional: false }],
  });
});
