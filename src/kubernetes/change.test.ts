import fc from "fast-check";
import { expect, test } from "vitest";
import { mergePatch } from "../simulator/merge/merge-patch.ts";
import { canonicalJson } from "./canonical.ts";
import { changeTo, patchTo } from "./change.ts";
import { services } from "./resources.ts";

const metadata = { name: "podinfo", namespace: "test", resourceVersion: "7" };

test("says only what differs, and at which version", () => {
  const live = { metadata: { ...metadata, labels: { a: "1", b: "2" } }, spec: { ports: [1, 2], type: "ClusterIP" } };
  const wanted = {
    ...live,
    metadata: { ...live.metadata, labels: { a: "1", c: "3" } },
    spec: { ...live.spec, ports: [2] },
  };
  expect(changeTo(services, live, wanted)).toEqual({
    kind: "patch",
    resource: services,
    key: { name: "podinfo", namespace: "test" },
    patch: {
      type: "merge",
      body: { metadata: { labels: { b: null, c: "3" }, resourceVersion: "7" }, spec: { ports: [2] } },
    },
  });
});

test.each([
  ["equal objects", { metadata, spec: { a: [{ b: 1, c: 2 }] } }, { metadata, spec: { a: [{ c: 2, b: 1 }] } }],
  ["null and nothing", { metadata, spec: { a: null } }, { metadata, spec: {} }],
  ["undefined and nothing", { metadata, spec: {} }, { metadata, spec: { a: undefined } }],
] as const)("has nothing to say for %s", (_, live, wanted) => {
  expect(patchTo(live, wanted)).toBeUndefined();
});

/** Without nulls, which mean the same as nothing. */
const document = fc.object({
  key: fc.constantFrom("a", "b", "c", "d"),
  values: [fc.boolean(), fc.integer(), fc.string(), fc.constant(undefined)],
  maxDepth: 3,
});

test("leads from any object to any other, and then says nothing", () => {
  fc.assert(
    fc.property(document, document, (from, to) => {
      const live = { metadata: { name: "x" }, spec: from };
      const wanted = { metadata: { name: "x" }, spec: to };
      const patch = patchTo(live, wanted);
      const result = patch === undefined ? live : mergePatch(live, patch.body);
      expect(canonicalJson(result)).toBe(canonicalJson(wanted));
      expect(patchTo({ metadata: { name: "x" }, ...(result as object) }, wanted)).toBeUndefined();
    }),
  );
});
