import type { CustomResourceColumnDefinition } from "kubernetes-types/apiextensions/v1.d.ts";
import type { Column } from "../resource.ts";
import { ageOf } from "./age.ts";
import { nameColumn } from "./columns.ts";
import { jsonPath } from "./json-path.ts";

/** What is shown of a custom resource whose definition names no columns. */
const age: CustomResourceColumnDefinition = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
};

/** The name, and the columns that a definition asks for, or else the age. */
export function customColumns(definitions: readonly CustomResourceColumnDefinition[]): readonly Column[] {
  return [nameColumn, ...(definitions.length === 0 ? [age] : definitions).map(customColumn)];
}

function customColumn(definition: CustomResourceColumnDefinition): Column {
  const { name, type, format, description, priority = 0, jsonPath: path } = definition;
  const find = jsonPath(path) ?? (() => []);
  return {
    name,
    type: type as Column["type"],
    ...(format !== undefined && { format }),
    description: description ?? `Custom resource definition column (in JSONPath format): ${path}`,
    priority,
    cell: (object, now) => cellOf(type, find(object)[0], now),
  };
}

/** Nothing where the value is of another type than the column; text for all values of a text column. */
function cellOf(type: string, value: unknown, now: number): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  switch (type) {
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? ageOf(value, now) : null;
    default:
      return typeof value === "string" ? value : JSON.stringify(value);
  }
}
