import type { ErrorObject } from "ajv";
import { durationPattern } from "./canaryanalysis.ts";

/** A branch of a `oneOf`, as our schemas have them. */
interface Branch {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly oneOf?: readonly Branch[] }>>;
}

/**
 * A failure of ajv (with `verbose`) as `PATH: what to write`; undefined for one that a `oneOf` above it explains.
 */
export function explain(error: ErrorObject): string | undefined {
  if (/\/oneOf\/\d+\//.test(error.schemaPath)) return undefined;
  const path = pathOf(error);
  const text = fix(error);
  return path === "" ? text : `${path}: ${text}`;
}

/** `spec.analysis.webhooks[0].type`; for a missing field the path where it belongs. */
function pathOf({ instancePath, keyword, params }: ErrorObject): string {
  const keys = instancePath
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (keyword === "required") keys.push(String(params["missingProperty"]));
  return keys.reduce((path, key) => {
    if (/^\d+$/.test(key)) return `${path}[${key}]`;
    return path === "" ? key : `${path}.${key}`;
  }, "");
}

function fix({ keyword, schema, data, message = "is invalid" }: ErrorObject): string {
  const value = JSON.stringify(data);
  switch (keyword) {
    case "required":
      return "is required";
    case "enum":
      return `${value} is unknown, use one of ${(schema as readonly string[]).filter((name) => name !== "").join(", ")}`;
    case "type":
      return `must be of type ${String(schema)}, not ${value}`;
    case "multipleOf":
      return `must be a whole number, not ${value}`;
    case "pattern":
      return schema === durationPattern
        ? `${value} is no duration, write minutes and seconds such as 30s, 5m or 1m30s`
        : `${value} ${message}`;
    case "oneOf":
      return choices(schema as readonly Branch[]);
    case "x-kubernetes-int-or-string":
      return `must be a number or a name, not ${value}`;
    case "format":
      return `${value} ${message}`;
    default:
      return typeof data === "number" ? `${message}, not ${value}` : message;
  }
}

/** `set interval and threshold and exactly one of iterations, stepWeight, stepWeights`. */
function choices(branches: readonly Branch[]): string {
  const fields = branches.flatMap(({ required }) => (required === undefined ? [] : [required]));
  const always = (fields[0] ?? []).filter((field) => fields.every((required) => required.includes(field)));
  const alternatives = branches.flatMap(({ required = [], properties = {} }) =>
    required
      .filter((field) => !always.includes(field))
      .map((field) => {
        const inner = properties[field]?.oneOf;
        return inner === undefined ? field : `${field} (where you ${choices(inner)})`;
      }),
  );
  const set = always.length > 0 ? `set ${always.join(" and ")} and` : "set";
  const number = fields.length < branches.length ? "at most" : "exactly";
  return `${set} ${number} one of ${alternatives.join(", ")}`;
}
