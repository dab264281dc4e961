import { AssertionError } from "node:assert/strict";
import type { StoredObject } from "../resource.ts";
import type { Answer } from "./api.ts";

/**
 * The object that the server answered with.
 * @throws AssertionError when it said no
 */
export function done({ status, body }: Answer): StoredObject {
  if (status >= 200 && status < 300) return body as StoredObject;
  throw new AssertionError({ message: `${status}: ${JSON.stringify(body)}`, actual: status, expected: 200 });
}

/** What stands at a path such as `spec.containers.0.name`; undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (node, key) => (typeof node === "object" && node !== null ? (node as Record<string, unknown>)[key] : undefined),
      value,
    );
}

/** As `at`, where a list is expected: empty where there is nothing. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const list = at(value, path);
  return Array.isArray(list) ? list : [];
}

/** The names of a list's items, in order. */
export function namesOf(list: unknown): readonly unknown[] {
  return listAt(list, "items").map((item) => at(item, "metadata.name"));
}

/** What a Status says is wrong with which fields: `reason field: message`, in no particular order. */
export function causesOf({ body }: Answer): readonly string[] {
  return listAt(body, "details.causes")
    .map((cause) => `${String(at(cause, "reason"))} ${String(at(cause, "field"))}: ${String(at(cause, "message"))}`)
    .sort();
}
