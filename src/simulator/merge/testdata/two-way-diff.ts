import { isRecord } from "../../../kubernetes/canonical.ts";
import type { Schema } from "../../schema/schema.ts";
import { equal } from "../equal.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A strategic merge patch that makes one object of another, as kubectl computes it from what it knows of both. */
export function twoWayDiff(schema: Schema, from: Fields, to: Fields): Fields {
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[name], to[name]];
    const field = schema.properties?.[name] ?? (schema.additionalProperties as Schema | undefined) ?? {};
    if (after === undefined) patch[name] = null;
    else if (isRecord(before) && isRecord(after)) Object.assign(patch, nonEmpty(name, objectDiff(field, before, after)));
    else if (!equal(before, after)) Object.assign(patch, listDiff(field, name, before, after) ?? { [name]: after });
  }
  return patch;
}

function nonEmpty(name: string, patch: Fields): Fields {
  return Object.keys(patch).length === 0 ? {} : { [name]: patch };
}

function objectDiff(field: Schema, before: Fields, after: Fields): Fields {
  const patch = twoWayDiff(field, before, after);
  const retains = field["x-kubernetes-patch-strategy"]?.includes("retainKeys") === true && !equal(before, after);
  return retains ? { ...patch, $retainKeys: Object.keys(after) } : patch;
}

function listDiff(field: Schema, name: string, before: unknown, after: unknown): Fields | undefined {
  if (field["x-kubernetes-patch-strategy"] !== "merge" || !Array.isArray(before) || !Array.isArray(after)) return;
  const key = field["x-kubernetes-patch-merge-key"];
  if (key === undefined) {
    return {
      [name]: after.filter((value) => !before.includes(value)),
      [`$setElementOrder/${name}`]: after,
      [`$deleteFromPrimitiveList/${name}`]: before.filter((value) => !after.includes(value)),
    };
  }
  const [left, right] = [before as Fields[], after as Fields[]];
  const gone = left.filter((item) => !right.some((other) => other[key] === item[key]));
  return {
    [name]: [
      ...right.map((item) => {
        const old = left.find((other) => other[key] === item[key]);
        return old === undefined ? item : { ...twoWayDiff(field.items ?? {}, old, item), [key]: item[key] };
      }),
      ...gone.map((item) => ({ $patch: "delete", [key]: item[key] })),
    ],
    [`$setElementOrder/${name}`]: right.map((item) => ({ [key]: item[key] })),
  };
}
