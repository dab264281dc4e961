import type { Cause, ServedResource, StoredObject } from "../resource.ts";
import { builtinResources } from "./builtin.ts";

/** For tests: a builtin kind by its name; throws for a name that is not among them. */
export function builtin(kind: string): ServedResource {
  const found = builtinResources.find((resource) => resource.kind === kind);
  if (found === undefined) throw new Error(`no builtin kind ${kind}`);
  return found;
}

/** For tests: an object of a kind, with a name unless it has one. */
export function objectOf(
  { group, version, kind }: ServedResource,
  { metadata = {}, ...fields }: { readonly metadata?: object; readonly [field: string]: unknown },
): StoredObject {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return { apiVersion, kind, metadata: { name: "a", ...metadata }, ...fields };
}

/** For tests: what is wrong with an object once it is completed, a line each, as kubectl prints it. */
export function problems(
  resource: ServedResource,
  fields: Parameters<typeof objectOf>[1],
  before?: Parameters<typeof objectOf>[1],
): readonly string[] {
  const stored = (given: typeof fields): StoredObject => resource.complete(objectOf(resource, given));
  return lines(resource.validate(stored(fields), before === undefined ? undefined : stored(before)));
}

export function lines(causes: readonly Cause[]): readonly string[] {
  return causes.map(({ field, message }) => `${field}: ${message}`);
}

/** For tests: what kubectl prints of an object with `-o wide`, by column. */
export function cells(
  resource: ServedResource,
  object: Parameters<typeof objectOf>[1],
  now = 0,
): Readonly<Record<string, unknown>> {
  const stored = objectOf(resource, object);
  return Object.fromEntries(resource.columns.map(({ name, cell }) => [name, cell(stored, now)]));
}
