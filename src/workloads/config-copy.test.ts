import type { ConfigMap, Secret } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import { configMaps, secrets } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { mergePatch } from "../simulator/merge/merge-patch.ts";
import { configCopy } from "./config-copy.ts";
import { canary, options, ownerReferences } from "./testdata/podinfo.ts";

const source: Stored<ConfigMap> = {
  metadata: {
    name: "cm-vol",
    namespace: "test",
    labels: { "app.kubernetes.io/part-of": "shop", other: "o", "kustomize.toolkit.fluxcd.io/name": "apps" },
    annotations: { note: "n" },
  },
  data: { a: "1" },
};

const secret: Stored<Secret> = {
  metadata: { name: "sec-vol", namespace: "test" },
  type: "Opaque",
  data: { b: "Mg==" },
};

const copy: Stored<ConfigMap> = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {
    name: "cm-vol-primary",
    namespace: "test",
    labels: { "app.kubernetes.io/part-of": "shop" },
    ownerReferences,
  },
  data: { a: "1" },
};

const copyOf = (of: Stored<ConfigMap>, existing?: Stored<ConfigMap>) =>
  configCopy(canary, "ConfigMap", of, existing, options.includeLabelPrefixes);

/** The existing copy after the change. */
function updated(of: Stored<ConfigMap>, existing: Stored<ConfigMap>): unknown {
  const change = copyOf(of, existing);
  return change?.kind === "patch" ? mergePatch(existing, change.patch.body) : change;
}

test("copies a ConfigMap with its included labels", () => {
  expect(copyOf(source)).toEqual({ kind: "create", resource: configMaps, object: copy });
});

test("copies a Secret with its type", () => {
  expect(configCopy(canary, "Secret", secret, undefined, options.includeLabelPrefixes)).toEqual({
    kind: "create",
    resource: secrets,
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "sec-vol-primary", namespace: "test", ownerReferences },
      data: { b: "Mg==" },
      type: "Opaque",
    },
  });
});

test("copies binary data, and does not freeze the copy", () => {
  const files = { ...source, binaryData: { file: "AA==" }, immutable: true };
  expect(copyOf(files)).toEqual({
    kind: "create",
    resource: configMaps,
    object: { ...copy, binaryData: { file: "AA==" } },
  });
});

test("leaves a copy alone that is one", () => {
  expect(copyOf(source, copy)).toBeUndefined();
});

test("makes the copy's data exactly the source's", () => {
  expect(updated({ ...source, data: { b: "2" } }, copy)).toEqual({ ...copy, data: { b: "2" } });
  expect(updated(source, { ...copy, binaryData: { file: "AA==" } })).toEqual(copy);
  expect(updated({ metadata: source.metadata }, copy)).not.toHaveProperty("data");
});

test("takes a copy over from the Canary that made it, which stays an owner", () => {
  const theirs = { apiVersion: "flagger.app/v1beta1", kind: "Canary", name: "other", uid: "uid-2", controller: true };
  const shared = { ...copy, metadata: { ...copy.metadata, annotations: { kept: "yes" }, ownerReferences: [theirs] } };
  expect(updated(source, shared)).toEqual({
    ...shared,
    metadata: { ...shared.metadata, ownerReferences: [...ownerReferences, { ...theirs, controller: false }] },
  });
});
