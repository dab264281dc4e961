import { expect, test } from "vitest";
import { builtin, objectOf, problems } from "../testing.ts";

const definitions = builtin("CustomResourceDefinition");
const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } };
const spec = { group: "a.test", scope: "Namespaced", names: { kind: "Thing", plural: "things" }, versions: [version] };
const metadata = { name: "things.a.test" };

test("a definition is completed", () => {
  expect(definitions.complete(objectOf(definitions, { metadata, spec }))).toMatchObject({
    spec: {
      conversion: { strategy: "None" },
      names: { kind: "Thing", plural: "things", singular: "thing", listKind: "ThingList" },
    },
  });
});

const rows: readonly (readonly [object, readonly string[], object?])[] = [
  [spec, []],
  [
    { group: "a.test" },
    [
      "spec.names.plural: Required value",
      "spec.names.kind: Required value",
      "spec.scope: Required value",
      "spec.versions: Required value",
    ],
  ],
  [
    { ...spec, versions: [version, version] },
    ["must contain unique version names", "must have exactly one version marked as storage version"],
  ],
  [
    { ...spec, scope: "Cluster", names: { ...spec.names, kind: "Other" } },
    [
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Other": field is immutable',
    ],
    spec,
  ],
];

test.each(rows.map((row) => [row[0], row] as const))("what is wrong with %j", (_, [given, says, before]) => {
  const found = problems(
    definitions,
    { metadata, spec: given },
    before === undefined ? undefined : { metadata, spec: before },
  );
  for (const text of says) expect(found).toContainEqual(expect.stringContaining(text));
  expect(found.length === 0).toBe(says.length === 0);
});
