import { expect, test } from "vitest";
import { readSources } from "./source.ts";

/** The objects, and the lines of these fields of the last one. */
function read(text: string, ...paths: readonly string[]) {
  const { sources, unreadable } = readSources("app.yaml", text);
  return {
    objects: sources.map(({ object }) => object),
    lines: paths.map((path) => sources.at(-1)?.lineOf(path)),
    unreadable,
  };
}

test("finds the lines of fields, and of what should hold those that are missing", () => {
  const text = `# first
apiVersion: v1
kind: ConfigMap
metadata: { name: a }
---

kind: Pod
metadata:
  name: b
  labels: { app: b }
spec:
  containers:
    - name: c
    - name: d
      image: e
`;
  const paths = [
    "",
    "kind",
    "metadata.labels.app",
    "metadata.namespace",
    "spec.containers[1]",
    "spec.containers[1].image",
    "spec.containers[2].image",
    "status.phase",
  ];
  expect(read(text, ...paths)).toEqual({
    objects: [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } },
      {
        kind: "Pod",
        metadata: { name: "b", labels: { app: "b" } },
        spec: { containers: [{ name: "c" }, { name: "d", image: "e" }] },
      },
    ],
    lines: [7, 7, 10, 8, 14, 15, 12, 7],
    unreadable: [],
  });
});

test("takes Lists apart, and JSON for YAML", () => {
  const items = [
    { kind: "Pod", metadata: { name: "a" } },
    { kind: "Pod", metadata: { name: "b" }, spec: null },
  ];
  expect(read(JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 1), "metadata.name")).toEqual({
    objects: [
      { kind: "Pod", metadata: { name: "a" } },
      { kind: "Pod", metadata: { name: "b" } },
    ],
    lines: [14],
    unreadable: [],
  });
});

test("follows anchors and merge keys, as kubectl does", () => {
  const text = `kind: Pod
metadata: { name: a, labels: &labels { app: a } }
spec: { selector: { <<: *labels, tier: b } }
`;
  expect(read(text, "spec.selector.app").objects).toEqual([
    { kind: "Pod", metadata: { name: "a", labels: { app: "a" } }, spec: { selector: { app: "a", tier: "b" } } },
  ]);
});

test.each<[string, string, number]>([
  ["is not YAML", "kind: Pod\nmetadata: {\n", 3],
  ["has a key twice", "kind: Pod\nmetadata: { name: a }\nkind: Pod\n", 3],
])("what %s is said, and the rest is read", (_, text, line) => {
  const good = "---\nkind: Pod\nmetadata: { name: good }\n";
  expect(read(text + good)).toMatchObject({
    objects: [{ metadata: { name: "good" } }],
    unreadable: [{ file: "app.yaml", line, reason: expect.any(String) as string }],
  });
});

test.each([["a: 1"], ["- kind: Pod"], ["text"], [""], ["kind: 5"]])("passes over %j", (text) => {
  expect(read(text)).toEqual({ objects: [], lines: [], unreadable: [] });
});

test("an object without name or metadata has an empty name", () => {
  expect(read("kind: Pod\nmetadata: []\n---\nkind: Pod\nmetadata: { name: 5 }").objects).toEqual([
    { kind: "Pod", metadata: { name: "" } },
    { kind: "Pod", metadata: { name: "" } },
  ]);
});
