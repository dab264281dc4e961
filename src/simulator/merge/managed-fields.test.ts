import { describe, expect, test } from "vitest";
import { keepTimes, trackUpdate } from "./managed-fields.ts";
import { managedFields } from "./managers.ts";
import { content, owners, play, step, updates } from "./testdata/history.ts";
import type { Write } from "./testdata/history.ts";
import { deployment, widget } from "./testdata/schemas.ts";

const spec = (fields: Readonly<Record<string, unknown>>) => ({ spec: fields });
const entry = (more: Readonly<Record<string, unknown>> = {}) => ({
  manager: "a",
  operation: "Update",
  apiVersion: "example.com/v1",
  time: "2023-01-01T00:00:00Z",
  fieldsType: "FieldsV1",
  fieldsV1: { "f:spec": { "f:size": {} } },
  ...more,
});

test("the entry of who created a builtin object does not own the structures that are always there", () => {
  const object = play(deployment, [
    updates("kubectl-create", {
      metadata: { labels: { app: "a" }, finalizers: ["x"] },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "a" } },
        strategy: { rollingUpdate: { maxSurge: 1 } },
        template: { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "app", image: "app:1" }] } },
      },
    }),
  ]);
  expect(managedFields(object)).toEqual([
    {
      manager: "kubectl-create",
      operation: "Update",
      apiVersion: "apps/v1",
      time: "2024-01-01T00:00:10Z",
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:metadata": { "f:finalizers": { ".": {}, 'v:"x"': {} }, "f:labels": { ".": {}, "f:app": {} } },
        "f:spec": {
          "f:replicas": {},
          "f:selector": {},
          "f:strategy": { "f:rollingUpdate": { ".": {}, "f:maxSurge": {} } },
          "f:template": {
            "f:metadata": { "f:labels": { ".": {}, "f:app": {} } },
            "f:spec": {
              "f:containers": { 'k:{"name":"app"}': { ".": {}, "f:image": {}, "f:name": {}, "f:resources": {} } },
            },
          },
        },
      },
    },
  ]);
});

test.each<[string, readonly Write[], Readonly<Record<string, readonly string[]>>]>([
  [
    "a create",
    [updates("a", spec({ size: 1, rules: [{ id: "r" }] }))],
    { "a Update 10": [".spec", ".spec.rules", ".spec.size", '.spec.rules[id="r"]', '.spec.rules[id="r"].id'] },
  ],
  [
    "an update without a change",
    [updates("a", spec({ size: 1 })), updates("b", spec({ size: 1 }))],
    { "a Update 10": [".spec", ".spec.size"] },
  ],
  [
    "a change",
    [updates("a", spec({ size: 1 })), updates("b", spec({ size: 2 }))],
    { "a Update 10": [".spec"], "b Update 11": [".spec.size"] },
  ],
  [
    "a removal",
    [updates("a", spec({ size: 1, steps: [] })), updates("b", spec({ steps: [] }))],
    { "a Update 10": [".spec", ".spec.steps"] },
  ],
  [
    "more by the same manager",
    [updates("a", spec({ size: 1 })), updates("b", spec({ size: 2 })), updates("a", spec({ size: 3, steps: [] }))],
    { "a Update 12": [".spec", ".spec.size", ".spec.steps"] },
  ],
  [
    "a removal of its own is no reason for another time",
    [updates("a", spec({ size: 1, steps: [] })), updates("a", spec({ size: 1 }))],
    { "a Update 10": [".spec", ".spec.size"] },
  ],
  [
    "a value of a set, and the order of a set is nobody's",
    [updates("a", spec({ tags: ["x", "y"] })), updates("b", spec({ tags: ["z", "y", "x"] }))],
    {
      "a Update 10": [".spec", ".spec.tags", '.spec.tags[="x"]', '.spec.tags[="y"]'],
      "b Update 11": ['.spec.tags[="z"]'],
    },
  ],
  [
    "items that cannot be told apart belong together",
    [
      updates("a", spec({ rules: [{ id: "r", weight: 1 }] })),
      updates(
        "b",
        spec({
          rules: [
            { id: "r", weight: 1 },
            { id: "r", weight: 2 },
          ],
        }),
      ),
    ],
    { "a Update 10": [".spec", ".spec.rules"], "b Update 11": ['.spec.rules[id="r"]'] },
  ],
  [
    "a field without a type that becomes something else",
    [updates("a", spec({ free: { x: { y: 1 } } })), updates("b", spec({ free: { x: "1" } }))],
    { "a Update 10": [".spec", ".spec.free"], "b Update 11": [".spec.free.x"] },
  ],
  [
    "a subresource",
    [updates("a", spec({ size: 1 })), updates("a", spec({ size: 2 }), { subresource: "status" })],
    { "a Update 10": [".spec"], "a Update 11 status": [".spec.size"] },
  ],
  [
    "the scale, whose time is lost",
    [updates("a", spec({ size: 1 })), updates("b", spec({ size: 2 }), { subresource: "scale" })],
    { "a Update 10": [".spec"], "b Update never scale": [".spec.size"] },
  ],
  ["nobody in particular", [updates("", spec({ size: 1 }))], { "unknown Update 10": [".spec", ".spec.size"] }],
  [
    "an empty list, which ends all tracking",
    [
      updates("a", spec({ size: 1 })),
      updates("b", { metadata: { managedFields: [] }, ...spec({ size: 2 }) }),
      updates("c", spec({ size: 3 })),
    ],
    {},
  ],
  [
    "one empty entry, which does too",
    [updates("a", spec({ size: 1 })), updates("b", { metadata: { managedFields: [{}] }, ...spec({ size: 2 }) })],
    {},
  ],
  [
    "entries that the client sends",
    [
      updates("b", spec({ size: 1, steps: [] })),
      updates("c", { metadata: { managedFields: [entry()] }, ...spec({ size: 1, steps: ["x"] }) }),
    ],
    { "a Update 00": [".spec.size"], "c Update 11": [".spec.steps"] },
  ],
  [
    "entries that cannot be read",
    [
      updates("b", spec({ size: 1 })),
      updates("c", { metadata: { managedFields: [entry({ operation: "Delete" })] }, ...spec({ size: 2 }) }),
    ],
    { "b Update 10": [".spec"], "c Update 11": [".spec.size"] },
  ],
  [
    "entries that the client sends to a subresource",
    [
      updates("b", spec({ size: 1 })),
      updates("c", { metadata: { managedFields: [] }, ...spec({ size: 2 }) }, { subresource: "status" }),
    ],
    { "b Update 10": [".spec"], "c Update 11 status": [".spec.size"] },
  ],
])("owners after %s", (_, writes, expected) => {
  expect(owners(play(widget, writes))).toEqual(expected);
});

test("a key is the same in whatever order it is written, and what is not understood is left out", () => {
  const fieldsV1 = { "f:spec": { "f:rules": { 'k:{"id": "r"}': { ".": {}, "f:weight": {} }, "q:1": {}, "k:{": {} } } };
  const object = play(widget, [
    updates("a", { metadata: { managedFields: [entry({ fieldsV1 })] }, ...spec({ rules: [{ id: "r", weight: 1 }] }) }),
  ]);
  const changed = step(widget, object, updates("b", spec({ rules: [{ id: "r", weight: 2 }] })), 1);
  expect(owners(changed)["b Update 11"]).toEqual(['.spec.rules[id="r"].weight']);
});

test("only the ten last updaters are told apart", () => {
  const writes = Array.from({ length: 13 }, (_, index) => {
    const parts = Array.from({ length: index + 1 }, (_part, at) => [`p${String(at)}`, {}]);
    return updates(`m${String(index).padStart(2, "0")}`, spec({ parts: Object.fromEntries(parts) as object }));
  });
  const names = Object.entries(owners(play(widget, writes))).map(
    ([name, fields]) => `${name}: ${String(fields.length)}`,
  );
  expect(names).toEqual([
    "ancient-changes Update 13: 6",
    ...["04", "05", "06", "07", "08", "09", "10", "11", "12"].map(
      (name) => `m${name} Update ${String(Number(name) + 10)}: 1`,
    ),
  ]);
});

describe("keepTimes", () => {
  const before = play(widget, [updates("a", spec({ size: 1 }))]);
  const later = {
    ...before,
    metadata: { ...before.metadata, managedFields: [entry({ fieldsV1: { "f:spec": { ".": {}, "f:size": {} } } })] },
  };

  test("gives back what is stored when only a time would change", () => {
    expect(keepTimes(before, later)).toBe(before);
  });

  test.each([
    ["content", { ...later, ...spec({ size: 2 }) }],
    [
      "an owner",
      step(widget, before, updates("b", { ...spec({ size: 1 }), ...{ metadata: { labels: { x: "1" } } } }), 1),
    ],
  ])("leaves a change of %s alone", (_, after) => {
    expect(keepTimes(before, after)).toBe(after);
  });
});

test("nothing but the managers is changed", () => {
  const after = {
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { name: "app", namespace: "test" },
    ...spec({ size: 1 }),
  };
  const object = trackUpdate({ schema: widget, before: undefined, after, manager: "a", time: "2024-01-01T00:00:10Z" });
  expect(content(object)).toEqual(spec({ size: 1 }));
  expect(after.metadata).toEqual({ name: "app", namespace: "test" });
});
