import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApplyConflict } from "./apply-conflict.ts";
import { apply } from "./apply.ts";
import { InvalidPatch } from "./invalid-patch.ts";
import { keepTimes } from "./managed-fields.ts";
import { deployments } from "./testdata/arbitrary.ts";
import { applies, content, owners, play, step, updates } from "./testdata/history.ts";
import type { Write } from "./testdata/history.ts";
import { deployment, widget } from "./testdata/schemas.ts";

const labels = (values: Readonly<Record<string, string>>) => ({ metadata: { labels: values } });
const spec = (fields: Readonly<Record<string, unknown>>) => ({ spec: fields });
const rule = (id: string, weight?: number) => ({ id, ...(weight !== undefined && { weight }) });
const rulePaths = (...ids: readonly string[]) => [
  ...ids.map((id) => `.spec.rules[id="${id}"]`),
  ...ids.map((id) => `.spec.rules[id="${id}"].id`),
];

test("the entry of an applier", () => {
  const object = play(deployment, [
    applies("ci", {
      metadata: { labels: { team: "a" }, finalizers: ["x/y"] },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "a" } },
        template: {
          spec: { containers: [{ name: "app", args: ["-v"], ports: [{ containerPort: 80 }], resources: {} }] },
        },
      },
    }),
  ]);
  expect(object.metadata).toEqual({
    name: "app",
    namespace: "test",
    labels: { team: "a" },
    finalizers: ["x/y"],
    managedFields: [
      {
        manager: "ci",
        operation: "Apply",
        apiVersion: "apps/v1",
        time: "2024-01-01T00:00:10Z",
        fieldsType: "FieldsV1",
        fieldsV1: {
          "f:metadata": { "f:finalizers": { 'v:"x/y"': {} }, "f:labels": { "f:team": {} } },
          "f:spec": {
            "f:replicas": {},
            "f:selector": {},
            "f:template": {
              "f:spec": {
                "f:containers": {
                  'k:{"name":"app"}': {
                    ".": {},
                    "f:args": {},
                    "f:name": {},
                    "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
                    "f:resources": {},
                  },
                },
              },
            },
          },
        },
      },
    ],
  });
});

/** What a custom object holds after some writes, and who owns it. */
const histories: readonly [string, readonly Write[], unknown, Readonly<Record<string, readonly string[]>>][] = [
  [
    "two appliers of different fields",
    [applies("a", spec({ size: 1 })), applies("b", spec({ tags: ["x"] }))],
    spec({ size: 1, tags: ["x"] }),
    { "a Apply 10": [".spec.size"], "b Apply 11": ['.spec.tags[="x"]'] },
  ],
  [
    "the same value is shared, and changes nothing",
    [applies("a", spec({ size: 1 })), applies("b", spec({ size: 1 }))],
    spec({ size: 1 }),
    { "b Apply never": [".spec.size"], "a Apply 10": [".spec.size"] },
  ],
  [
    "a shared field stays when one lets go of it",
    [applies("a", spec({ size: 1, steps: [] })), applies("b", spec({ size: 1 })), applies("a", spec({ steps: [] }))],
    spec({ size: 1, steps: [] }),
    { "b Apply never": [".spec.size"], "a Apply 10": [".spec.steps"] },
  ],
  [
    "what nobody wants any more goes",
    [
      applies("a", spec({ size: 1, free: { x: { y: 1 } }, rules: [rule("r", 1), rule("s", 2)] })),
      applies("a", spec({ rules: [rule("s")] })),
    ],
    spec({ rules: [rule("s")] }),
    { "a Apply 11": ['.spec.rules[id="s"]', '.spec.rules[id="s"].id'] },
  ],
  [
    "an item goes with its applier when another owns only something in it",
    [
      applies("a", spec({ rules: [rule("r", 1)] })),
      updates("b", spec({ rules: [rule("r", 2)] })),
      applies("a", spec({ size: 3 })),
    ],
    spec({ size: 3 }),
    { "a Apply 12": [".spec.size"] },
  ],
  [
    "what an updater wrote stays when an applier lets go of it",
    [updates("a", spec({ size: 1 })), applies("b", spec({ size: 1 })), applies("b", spec({}))],
    spec({ size: 1 }),
    { "b Apply never": [".spec"], "a Update 10": [".spec", ".spec.size"] },
  ],
  [
    "force takes a field",
    [applies("a", spec({ size: 1, steps: ["x"] })), applies("b", spec({ size: 2 }), { force: true })],
    spec({ size: 2, steps: ["x"] }),
    { "a Apply 10": [".spec.steps"], "b Apply 11": [".spec.size"] },
  ],
  [
    "force takes all that somebody had",
    [applies("a", spec({ size: 1 })), applies("b", spec({ size: 2 }), { force: true })],
    spec({ size: 2 }),
    { "b Apply 11": [".spec.size"] },
  ],
  [
    "an applier takes over an update of its own name",
    [updates("a", spec({ size: 1 })), applies("a", spec({ size: 2 }), { force: true })],
    spec({ size: 2 }),
    { "a Apply 11": [".spec.size"], "a Update 10": [".spec"] },
  ],
  [
    "an update takes from an applier without asking",
    [applies("a", spec({ size: 1, steps: ["x"] })), updates("b", spec({ size: 2 }))],
    spec({ size: 2 }),
    { "b Update 11": [".spec.size"] },
  ],
  [
    "lists that are merged as a whole belong to one manager",
    [applies("a", spec({ steps: ["x", "y"] })), applies("b", spec({ steps: ["z"] }), { force: true })],
    spec({ steps: ["z"] }),
    { "b Apply 11": [".spec.steps"] },
  ],
  [
    "items come in the order of the last applier, the others near where they were",
    [
      applies("a", spec({ rules: [rule("1"), rule("2"), rule("3"), rule("4")] })),
      applies("b", spec({ rules: [rule("4"), rule("5"), rule("2")] })),
    ],
    spec({ rules: [rule("1"), rule("3"), rule("4"), rule("5"), rule("2")] }),
    {
      "a Apply 10": rulePaths("1", "2", "3", "4"),
      "b Apply 11": rulePaths("2", "4", "5"),
    },
  ],
  [
    "entries of a map belong to who applied them, whatever is below",
    [applies("a", spec({ parts: { x: { a: "1" } } })), applies("b", spec({ parts: { x: { b: "2" }, y: {} } }))],
    spec({ parts: { x: { a: "1", b: "2" }, y: {} } }),
    {
      "a Apply 10": [".spec.parts.x", ".spec.parts.x.a"],
      "b Apply 11": [".spec.parts.x", ".spec.parts.y", ".spec.parts.x.b"],
    },
  ],
  [
    "null is owned, and keeps what is merged",
    [applies("a", labels({ x: "1" })), applies("b", { metadata: { labels: null } })],
    labels({ x: "1" }),
    { "b Apply never": [".metadata.labels"], "a Apply 10": [".metadata.labels.x"] },
  ],
  [
    "undefined is not there",
    [applies("a", { metadata: { labels: undefined }, ...spec({ size: undefined, tags: ["x"] }), status: undefined })],
    { metadata: {}, ...spec({ tags: ["x"] }) },
    { "a Apply 10": ['.spec.tags[="x"]'] },
  ],
  [
    "what is not the manager's to say is never owned",
    [applies("a", { metadata: { labels: { x: "1" }, uid: "u", resourceVersion: "7", creationTimestamp: null } })],
    { metadata: { labels: { x: "1" }, uid: "u", resourceVersion: "7", creationTimestamp: null } },
    { "a Apply 10": [".metadata.labels.x"] },
  ],
  [
    "a subresource has entries of its own",
    [applies("a", spec({ size: 1 })), applies("a", spec({ tags: ["x"] }), { subresource: "status" })],
    spec({ size: 1, tags: ["x"] }),
    { "a Apply 10": [".spec.size"], "a Apply 11 status": ['.spec.tags[="x"]'] },
  ],
  [
    "an object that nobody was tracked on",
    [
      updates("a", spec({ size: 1 })),
      updates("a", { metadata: { managedFields: [] }, ...spec({ size: 1 }) }),
      applies("b", spec({ tags: ["x"] })),
    ],
    spec({ size: 1, tags: ["x"] }),
    { "b Apply 12": ['.spec.tags[="x"]'], "before-first-apply Update 12": [".spec", ".spec.size"] },
  ],
];

test.each(histories)("%s", (_, writes, expected, expectedOwners) => {
  const object = play(widget, writes);
  expect(content(object)).toEqual(expected);
  expect(owners(object)).toEqual(expectedOwners);
});

test("no owner comes before its turn", () => {
  const object = play(widget, [
    updates("b", spec({ size: 1 })),
    applies("c", labels({ x: "1" })),
    applies("a", labels({ y: "1" })),
  ]);
  expect(Object.keys(owners(object))).toEqual(["c Apply 11", "a Apply 12", "b Update 10"]);
});

test.each<[string, readonly Write[], string, readonly { field: string; manager: string; message: string }[]]>([
  [
    "with an applier",
    [applies("a", spec({ size: 1 })), applies("b", spec({ size: 2 }))],
    'Apply failed with 1 conflict: conflict with "a": .spec.size',
    [{ field: ".spec.size", manager: "a", message: 'conflict with "a"' }],
  ],
  [
    "with an updater, even of the same name",
    [updates("a", spec({ size: 1 })), applies("a", spec({ size: 2 }))],
    'Apply failed with 1 conflict: conflict with "a" using example.com/v1: .spec.size',
    [{ field: ".spec.size", manager: "a", message: 'conflict with "a" using example.com/v1' }],
  ],
  [
    "with a writer of the status",
    [
      updates("a", spec({})),
      updates("b", spec({ size: 1 }), { subresource: "status" }),
      applies("c", spec({ size: 2 })),
    ],
    'Apply failed with 1 conflict: conflict with "b" with subresource "status" using example.com/v1: .spec.size',
    [
      {
        field: ".spec.size",
        manager: "b",
        message: 'conflict with "b" with subresource "status" using example.com/v1',
      },
    ],
  ],
  [
    "with several managers about several fields",
    [
      applies("z", spec({ steps: ["x"], rules: [rule("r", 1)] })),
      updates("y", { ...spec({ steps: ["x"], rules: [rule("r", 1)], size: 1, parts: { p: { a: "1" } } }) }),
      applies("b", spec({ steps: [], rules: [rule("r", 2)], size: 2, parts: { p: { a: "2" } } })),
    ],
    [
      'Apply failed with 4 conflicts: conflicts with "y" using example.com/v1:',
      "- .spec.size",
      "- .spec.parts.p.a",
      'conflicts with "z":',
      "- .spec.steps",
      '- .spec.rules[id="r"].weight',
    ].join("\n"),
    [
      { field: ".spec.size", manager: "y", message: 'conflict with "y" using example.com/v1' },
      { field: ".spec.parts.p.a", manager: "y", message: 'conflict with "y" using example.com/v1' },
      { field: ".spec.steps", manager: "z", message: 'conflict with "z"' },
      { field: '.spec.rules[id="r"].weight', manager: "z", message: 'conflict with "z"' },
    ],
  ],
])("conflicts %s", (_, writes, message, causes) => {
  const run = () => play(widget, writes);
  expect(run).toThrow(ApplyConflict);
  expect(run).toThrow(expect.objectContaining({ message, causes }));
});

test.each([
  ["a field that is not known", spec({ colour: 1 }), ".spec.colour: field not declared in schema"],
  [
    "a number for a text",
    { metadata: { labels: { x: 1 } } },
    ".metadata.labels.x: expected string, got &value.valueUnstructured{Value:1}",
  ],
  ["a text for a number", spec({ size: "1" }), ".spec.size: expected numeric (int or float), got string"],
  ["the same item twice", spec({ rules: [rule("r"), rule("r")] }), '.spec.rules: duplicate entries for key [id="r"]'],
  ["an item twice in a set", spec({ tags: ["x", "x"] }), '.spec.tags: duplicate entries for key [="x"]'],
  [
    "an item without keys",
    spec({ rules: [{ weight: 1 }] }),
    '.spec.rules: element 0: associative list with keys has an element that omits all key fields ["id"] (and doesn\'t have default values for any key fields)',
  ],
  [
    "several mistakes",
    spec({ size: "1", colour: 1 }),
    "errors:\n  .spec.size: expected numeric (int or float), got string\n  .spec.colour: field not declared in schema",
  ],
])("refuses %s", (_, object, message) => {
  expect(() => play(widget, [applies("a", object)])).toThrow(
    new InvalidPatch(500, `failed to create typed patch object (test/app; example.com/v1, Kind=Widget): ${message}`),
  );
});

test("refuses an intent that names managers", () => {
  expect(() => play(widget, [applies("a", { metadata: { managedFields: [] } })])).toThrow(
    new InvalidPatch(400, "metadata.managedFields must be nil"),
  );
});

describe("for any intents", () => {
  test("to apply twice is to apply once", () => {
    fc.assert(
      fc.property(deployments, deployments, (first, intent) => {
        const live = play(deployment, [updates("a", first), applies("b", intent, { force: true })]);
        expect(keepTimes(live, step(deployment, live, applies("b", intent), 2))).toBe(live);
      }),
    );
  });

  test("managers of disjoint fields never conflict, in whatever order they apply", () => {
    fc.assert(
      fc.property(deployments, deployments, ({ metadata = {} }, { spec: fields = {} }) => {
        const [left, right] = [applies("a", { metadata }), applies("b", spec(fields))];
        const forth = play(deployment, [left, right]);
        const back = play(deployment, [right, left]);
        expect(content(back)).toEqual(content(forth));
      }),
    );
  });

  test("what was applied is there, and goes with the applier", () => {
    fc.assert(
      fc.property(deployments, (intent) => {
        const base = play(deployment, [updates("a", {})]);
        const applied = step(deployment, base, applies("z", intent), 1);
        expect(content(applied)).toEqual(content(play(deployment, [applies("z", intent)])));
        const gone = step(deployment, applied, applies("z", {}), 2);
        expect(Object.keys(owners(gone)).filter((owner) => owner.startsWith("z"))).toEqual([]);
      }),
    );
  });

  test("nothing given in is changed", () => {
    fc.assert(
      fc.property(deployments, deployments, (first, intent) => {
        const live = play(deployment, [applies("a", first)]);
        const before = structuredClone({ live, intent });
        step(deployment, live, applies("b", intent, { force: true }), 1);
        expect({ live, intent }).toEqual(before);
      }),
    );
  });
});

test("takes over what kubectl applied from the client, and keeps its annotation up to date", () => {
  const annotation = "kubectl.kubernetes.io/last-applied-configuration";
  const intent = {
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { name: "app", namespace: "test" },
    ...spec({ size: 1 }),
  };
  const clientSide = updates("kubectl-client-side-apply", {
    metadata: { annotations: { [annotation]: JSON.stringify(intent) } },
    ...spec({ size: 1 }),
  });
  const live = play(widget, [clientSide]);
  const taken = { ...intent, ...spec({ size: 2 }) };
  const common = { schema: widget, live, intent: taken, force: false, time: "2024-01-01T00:00:11Z" };

  expect(() => apply({ ...common, manager: "other" })).toThrow(ApplyConflict);
  const object = apply({ ...common, manager: "kubectl" });
  expect(content(object)).toEqual({
    metadata: {
      annotations: {
        [annotation]: `{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"app","namespace":"test"},"spec":{"size":2}}\n`,
      },
    },
    spec: { size: 2 },
  });
  const edited = step(widget, live, updates("kubectl-edit", { metadata: live.metadata, ...spec({ size: 3 }) }), 1);
  expect(() => apply({ ...common, live: edited, manager: "kubectl" })).toThrow(
    'Apply failed with 1 conflict: conflict with "kubectl-edit" using example.com/v1: .spec.size',
  );
});
