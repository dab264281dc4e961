import { expect, test } from "vitest";
import type { StoredObject } from "../resource.ts";
import { finalizerProblems, metadataProblems } from "./metadata.ts";
import { dnsSubdomain } from "./names.ts";
import { lines } from "./testing.ts";

const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "a", uid: "1", controller: true };
const [subdomain = ""] = dnsSubdomain("A");

const rows: readonly (readonly [string, object, readonly string[], object?])[] = [
  ["nothing", { name: "a", namespace: "b", labels: { "a.b/c": "d" }, annotations: { "A.b/C": "" } }, []],
  ["no name", { name: "" }, ["metadata.name: Required value: name or generateName is required"]],
  ["a generated name", { name: "", generateName: "a-" }, []],
  [
    "a wrong generated name",
    { name: "", generateName: "A-" },
    [`metadata.generateName: Invalid value: "A-": ${subdomain}`],
  ],
  ["a wrong name", { name: "A" }, [`metadata.name: Invalid value: "A": ${subdomain}`]],
  [
    "a wrong namespace",
    { name: "a", namespace: "a.b" },
    [
      "metadata.namespace: Invalid value: \"a.b\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [
    "labels",
    { name: "a", labels: { "": "x".repeat(64) } },
    [
      'metadata.labels: Invalid value: "": name part must be non-empty',
      "metadata.labels: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      `metadata.labels: Invalid value: "${"x".repeat(64)}": must be no more than 63 bytes`,
    ],
  ],
  [
    "annotations",
    { name: "a", annotations: { "a/b/c": "", big: "x".repeat(256 * 1024) } },
    [
      "metadata.annotations: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
      "metadata.annotations: Too long: may not be more than 262144 bytes",
    ],
  ],
  ["an owner", { name: "a", ownerReferences: [owner, { ...owner, controller: false }] }, []],
  [
    "owners",
    {
      name: "a",
      ownerReferences: [
        { ...owner, apiVersion: "", uid: "" },
        { ...owner, name: "b" },
      ],
    },
    [
      'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      `metadata.ownerReferences: Invalid value: ${JSON.stringify([
        { ...owner, apiVersion: "", uid: "" },
        { ...owner, name: "b" },
      ])}: Only one reference can have Controller set to true. Found "true" in references for a and b`,
    ],
  ],
  ["finalizers", { name: "a", finalizers: ["orphan", "example.com/a"] }, []],
  [
    "one finalizer less while it goes",
    { name: "a", finalizers: [] },
    [],
    { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["a/b"] },
  ],
  [
    "one finalizer more while it goes",
    { name: "a", finalizers: ["a/b", "a/c"] },
    [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/c"}',
    ],
    { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["a/b"] },
  ],
];

test.each(rows.map((row) => [row[0], row] as const))("%s", (_, [, metadata, says, before]) => {
  const object = (given: object): StoredObject => ({ metadata: given as StoredObject["metadata"] });
  const old = before === undefined ? undefined : object(before);
  expect(lines(metadataProblems(object(metadata), old, dnsSubdomain))).toEqual(says);
});

test("a finalizer of nobody", () => {
  const problems = finalizerProblems({ metadata: { name: "a", finalizers: ["orphan", "a/b", "mine"] } });
  expect(lines(problems)).toEqual([
    'metadata.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ]);
});
