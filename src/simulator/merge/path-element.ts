import { isRecord } from "../../kubernetes/canonical.ts";
import type { Schema } from "../schema/schema.ts";
import { InvalidPatch } from "./invalid-patch.ts";

/**
 * One step on the way to a field, as it is written in managedFields (FieldsV1): `f:name` a field of an object,
 * `k:{"name":"a"}` the item of a list with these keys, `v:"a"` that value of a set, `i:0` an index.
 */
export type PathElement = string;

/** The field of an object. */
export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The name of a field; undefined for an item of a list. */
export function fieldName(element: PathElement): string | undefined {
  return element.startsWith("f:") ? element.slice(2) : undefined;
}

/**
 * An item of a list that is merged item by item: by its keys, defaults of the schema counted in, or by its value in a
 * set. Throws InvalidPatch for an item that cannot be told from others.
 */
export function itemElement(list: Schema, item: unknown): PathElement {
  const keys = list["x-kubernetes-list-type"] === "map" ? (list["x-kubernetes-list-map-keys"] ?? []) : undefined;
  if (keys === undefined) {
    if (typeof item === "object") throw unfit("associative list without keys has an element that's not a scalar");
    return `v:${JSON.stringify(item)}`;
  }
  if (!isRecord(item)) throw unfit("associative list with keys may not have non-map elements");
  const given = keys
    .toSorted()
    .map((key) => [key, item[key] ?? list.items?.properties?.[key]?.default] as const)
    .filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    const names = keys.map((key) => JSON.stringify(key)).join(" ");
    throw unfit(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return `k:{${given.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
}

function unfit(message: string): InvalidPatch {
  return new InvalidPatch(500, message);
}

/** The element as managedFields must hold it to be found again; undefined for one that is not understood. */
export function parseElement(text: string): PathElement | undefined {
  if (text.startsWith("f:")) return text;
  try {
    const value: unknown = JSON.parse(text.slice(2));
    if (text.startsWith("v:")) return `v:${JSON.stringify(value)}`;
    if (text.startsWith("i:")) return text;
    if (!text.startsWith("k:") || !isRecord(value)) return undefined;
    const keys = Object.keys(value).toSorted();
    return `k:{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(value[key])}`).join(",")}}`;
  } catch {
    return undefined;
  }
}

/** As it stands in the path of a conflict, such as `.spec` or `[containerPort=80,protocol="TCP"]`. */
export function elementText(element: PathElement): string {
  const content = element.slice(2);
  switch (element[0]) {
    case "f":
      return `.${content}`;
    case "k": {
      const keys = Object.entries(JSON.parse(content) as Record<string, unknown>);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
    }
    case "v":
      return `[=${content}]`;
    default:
      return `[${content}]`;
  }
}

/** The order in managedFields and in conflicts: fields by name, then items by their keys, then values. */
export function compareElements(a: PathElement, b: PathElement): number {
  const rank = order.indexOf(a.charAt(0)) - order.indexOf(b.charAt(0));
  if (rank !== 0) return rank;
  if (a.startsWith("f:")) return compareText(a, b);
  return compareValues(parts(a), parts(b));
}

const order = "fkvi";

function parts(element: PathElement): readonly unknown[] {
  const value: unknown = JSON.parse(element.slice(2));
  return isRecord(value) ? Object.entries(value).flat() : [value];
}

function compareValues(a: readonly unknown[], b: readonly unknown[]): number {
  for (const [index, left] of a.entries()) {
    if (index >= b.length) return 1;
    const result = compareScalars(left, b[index]);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

const types = ["number", "string", "boolean"];

function compareScalars(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return types.indexOf(typeof a) - types.indexOf(typeof b) || compareText(String(a), String(b));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
