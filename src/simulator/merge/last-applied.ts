import { canonicalJson, isRecord } from "../../kubernetes/canonical.ts";
import type { StoredObject } from "../resource.ts";
import type { Schema } from "../schema/schema.ts";
import type { Conflicts } from "./apply-conflict.ts";
import { difference, isEmpty, union } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { typeErrors } from "./typed-check.ts";
import { compare } from "./typed-compare.ts";
import { fieldSetOf } from "./typed-set.ts";

/** The manager for whom server-side apply takes over what `kubectl apply` left in an annotation. */
const kubectl = "kubectl";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";

/** The conflicts without those about fields that kubectl applied from the client and that still are as it wrote them. */
export function withoutLastApplied(
  schema: Schema,
  live: StoredObject | undefined,
  manager: string,
  conflicts: Conflicts,
): Conflicts {
  const own = manager === kubectl && live !== undefined ? lastApplied(schema, live) : undefined;
  if (own === undefined) return conflicts;
  return new Map(
    [...conflicts]
      .map(([id, conflict]) => [id, { ...conflict, fields: difference(conflict.fields, own) }] as const)
      .filter(([, { fields }]) => !isEmpty(fields)),
  );
}

function lastApplied(schema: Schema, live: StoredObject): FieldSet | undefined {
  const applied = parse(live.metadata.annotations?.[annotation]);
  if (!isRecord(applied) || applied["apiVersion"] !== live.apiVersion) return undefined;
  if (typeErrors(schema, applied).length > 0) return undefined;
  const { added, modified, removed } = compare(schema, applied, live);
  return difference(fieldSetOf(schema, applied), union(union(added, modified), removed));
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The object with kubectl's annotation, where it has one, brought up to what kubectl applied now. */
export function withLastApplied(object: StoredObject, manager: string, intent: StoredObject): StoredObject {
  if (manager !== kubectl || !object.metadata.annotations?.[annotation]) return object;
  const { [annotation]: _, ...others } = intent.metadata.annotations ?? {};
  const annotations = intent.metadata.annotations === undefined ? {} : { annotations: others };
  const applied = `${canonicalJson({ ...intent, metadata: { ...intent.metadata, ...annotations } })}\n`;
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: applied } } };
}
