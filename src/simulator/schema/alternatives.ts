import type { Cause } from "../resource.ts";
import { forbidden, required } from "./causes.ts";
import { children } from "./children.ts";
import type { Schema } from "./schema.ts";

function alternatives(
  { anyOf = [], oneOf = [], allOf = [], not }: Schema,
  path: string,
): readonly (readonly [Schema, string])[] {
  const list = (name: string, schemas: readonly Schema[]): readonly (readonly [Schema, string])[] =>
    schemas.map((schema, index) => [schema, `${path}.${name}[${index}]`] as const);
  return [
    ...list("anyOf", anyOf),
    ...list("allOf", allOf),
    ...list("oneOf", oneOf),
    ...(not === undefined ? [] : [[not, `${path}.not`] as const]),
  ];
}

/** What may not stand below `anyOf`, `oneOf`, `allOf` and `not`, and what is said of it. */
const onlyOutside: readonly (readonly [keyof Schema | "description" | "title", string])[] = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["x-kubernetes-preserve-unknown-fields", "must be false to be structural"],
  ["x-kubernetes-embedded-resource", "must be false to be structural"],
  ["x-kubernetes-int-or-string", "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
];

/** What stands below the alternatives of a schema and may not: they say more of values, not what fields there are. */
export function nestedProblems(schema: Schema, path: string): readonly Cause[] {
  if (isIntOrString(schema)) return [];
  return alternatives(schema, path).flatMap(([child, at]) => forbiddenIn(child, at));
}

/** The two ways to write out what `x-kubernetes-int-or-string` says anyway. */
function isIntOrString(schema: Schema): boolean {
  const written = JSON.stringify([{ type: "integer" }, { type: "string" }]);
  return [schema.anyOf, schema.allOf?.[0]?.anyOf].some((each) => JSON.stringify(each) === written);
}

function forbiddenIn(schema: Schema, path: string): readonly Cause[] {
  return [
    ...onlyOutside.flatMap(([key, detail]) => (key in schema ? [forbidden(`${path}.${key}`, detail)] : [])),
    ...(schema.properties?.["metadata"] === undefined
      ? []
      : [forbidden(`${path}.properties[metadata]`, "must not be specified in a nested context")]),
    ...nestedProblems(schema, path),
    ...children(schema, path).flatMap(([child, at]) => forbiddenIn(child, at)),
  ];
}

/** Fields that the alternatives of the topmost schema speak of without it declaring them. */
export function undeclaredFields(schema: Schema, path: string): readonly Cause[] {
  return alternatives(schema, path).flatMap(([nested, at]) => undeclared(nested, schema, at, path));
}

function undeclared(nested: Schema, outside: Schema, from: string, path: string): readonly Cause[] {
  const declared = new Map(children(outside, path).map(([child, at]) => [at, child]));
  return [
    ...children(nested, path).flatMap(([child, at]) => {
      const place = from + at.slice(path.length);
      const same = declared.get(at);
      return same === undefined
        ? [required(at, `because it is defined in ${place}`)]
        : undeclared(child, same, place, at);
    }),
    ...alternatives(nested, from).flatMap(([child, at]) => undeclared(child, outside, at, path)),
  ];
}
