import type { Cause } from "../resource.ts";

/*
 * What the API server says of one field. Source of the texts: k8s.io/apimachinery, package util/validation/field.
 */

export function required(field: string, detail = ""): Cause {
  return cause("FieldValueRequired", field, "Required value", detail);
}

export function invalid(field: string, value: unknown, detail: string): Cause {
  return cause("FieldValueInvalid", field, `Invalid value: ${shown(value)}`, detail);
}

/** Of another type than the schema's. */
export function wrongType(field: string, value: unknown, detail: string): Cause {
  return cause("FieldValueTypeInvalid", field, `Invalid value: ${shown(value)}`, detail);
}

export function unsupported(field: string, value: unknown, supported: readonly unknown[]): Cause {
  const texts = supported.map((each) => JSON.stringify(typeof each === "string" ? each : JSON.stringify(each)));
  return cause(
    "FieldValueNotSupported",
    field,
    `Unsupported value: ${shown(value)}`,
    `supported values: ${texts.join(", ")}`,
  );
}

export function duplicate(field: string, value: unknown): Cause {
  return cause("FieldValueDuplicate", field, `Duplicate value: ${shown(value)}`, "");
}

export function forbidden(field: string, detail: string): Cause {
  return cause("FieldValueForbidden", field, "Forbidden", detail);
}

/** A text of more than `most` bytes. */
export function tooLong(field: string, most: number): Cause {
  return cause("FieldValueTooLong", field, "Too long", `may not be more than ${most} bytes`);
}

/** A list or an object of more than `most` entries. */
export function tooMany(field: string, count: number, most: number): Cause {
  return cause("FieldValueTooMany", field, `Too many: ${count}`, `must have at most ${most} items`);
}

function cause(reason: string, field: string, message: string, detail: string): Cause {
  return { reason, field, message: detail === "" ? message : `${message}: ${detail}` };
}

function shown(value: unknown): string {
  return JSON.stringify(value ?? null);
}
