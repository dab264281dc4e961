import { isRecord } from "../../kubernetes/canonical.ts";
import type { StoredObject } from "../resource.ts";
import { isEmpty, setOf } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { decodeFields, encodeFields } from "./fields-v1.ts";
import { fieldElement } from "./path-element.ts";

/** Who owns which fields: one entry of `metadata.managedFields`. */
export interface Manager {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** RFC 3339 in UTC with whole seconds; undefined when the manager never changed the object. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** The managers of an object, by what tells them apart. */
export type Managers = ReadonlyMap<string, Manager>;

/** What tells managers apart: an applier is the same in every version. Conflicts are told in the order of it. */
export function identity(manager: Omit<Manager, "time" | "fields">): string {
  const { name, operation, apiVersion, subresource } = manager;
  return JSON.stringify({
    manager: name,
    operation,
    ...(operation === "Update" && { apiVersion }),
    ...(subresource !== "" && { subresource }),
  });
}

/** The object without `metadata.managedFields`. */
export function withoutManagers(object: StoredObject): StoredObject {
  const { managedFields: _, ...metadata } = object.metadata as StoredObject["metadata"] & { managedFields?: unknown };
  return { ...object, metadata };
}

/** What an object says about its managers: undefined when it says nothing, or nothing that can be read. */
export function readManagers(object: StoredObject | undefined): Managers | undefined {
  const entries = managedFields(object);
  if (!Array.isArray(entries) || entries.length === 0) return undefined;
  const managers = entries.map(readManager);
  return managers.includes(undefined)
    ? undefined
    : new Map(managers.filter((manager) => manager !== undefined).map((manager) => [identity(manager), manager]));
}

function readManager(entry: unknown): Manager | undefined {
  if (!isRecord(entry)) return undefined;
  const { manager, operation, apiVersion, subresource, time, fieldsType, fieldsV1 } = entry;
  if (operation !== "Apply" && operation !== "Update") return undefined;
  if (typeof apiVersion !== "string" || apiVersion === "" || fieldsType !== "FieldsV1") return undefined;
  return {
    name: typeof manager === "string" ? manager : "",
    operation,
    apiVersion,
    subresource: typeof subresource === "string" ? subresource : "",
    time: typeof time === "string" ? time : undefined,
    fields: decodeFields(fieldsV1),
  };
}

/** Whether a client wants managers to be forgotten: a list without entries, or with one empty entry. */
export function resetsManagers(object: StoredObject): boolean {
  const entries = managedFields(object);
  if (!Array.isArray(entries)) return false;
  const [first, ...others] = entries as readonly unknown[];
  return others.length === 0 && (first === undefined || (isRecord(first) && Object.keys(first).length === 0));
}

/** The `metadata.managedFields` of an object; undefined when it has none. */
export function managedFields(object: StoredObject | undefined): unknown {
  const metadata: Readonly<Record<string, unknown>> = { ...object?.metadata };
  return metadata["managedFields"] ?? undefined;
}

/** The object with its managers: appliers first, then by time and name. */
export function writeManagers(object: StoredObject, managers: Managers): StoredObject {
  const bare = withoutManagers(object);
  const entries = [...managers.values()]
    .filter(({ fields }) => !isEmpty(fields))
    .toSorted((a, b) => compareKeys(sortKey(a), sortKey(b)))
    .map(({ name, operation, apiVersion, subresource, time, fields }) => ({
      manager: name,
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: "FieldsV1",
      fieldsV1: encodeFields(fields),
      ...(subresource !== "" && { subresource }),
    }));
  return entries.length === 0
    ? bare
    : ({ ...bare, metadata: { ...bare.metadata, managedFields: entries } } as StoredObject);
}

function sortKey({ operation, time = "", name, apiVersion, subresource }: Manager): readonly string[] {
  return [operation, time, name, apiVersion, subresource];
}

/** By the first part that differs. */
export function compareKeys(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((part, at) => part !== b[at]);
  return index < 0 ? 0 : (a[index] ?? "") < (b[index] ?? "") ? -1 : 1;
}

/** Fields that nobody ever owns. */
export const unowned: FieldSet = setOf(
  ...["apiVersion", "kind", "metadata"].map((name) => [fieldElement(name)]),
  ...[
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
  ].map((name) => [fieldElement("metadata"), fieldElement(name)]),
);
