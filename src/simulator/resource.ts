import type { KubeObject } from "../kubernetes/objects.ts";
import type { Schema } from "./schema/schema.ts";

/** An object of whatever kind, as it is stored and sent. */
export type StoredObject = KubeObject & Readonly<Record<string, unknown>>;

/** Something wrong with one field, as it stands in `details.causes` of a Status. */
export interface Cause {
  /** FieldValueInvalid, FieldValueRequired, FieldValueNotSupported, FieldValueForbidden or the like. */
  readonly reason: string;
  /** Such as `spec.template.spec.containers[0].name`. */
  readonly field: string;
  /** Without the field's name. */
  readonly message: string;
}

/** One column of what `kubectl get` prints. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly format?: string;
  readonly description?: string;
  /** 0 for always, more for `-o wide` only. */
  readonly priority: number;
  /** The cell's value. `now` in milliseconds since the Unix epoch, for ages. */
  readonly cell: (object: StoredObject, now: number) => string | number | boolean | null;
}

/** Where the subresource `scale` finds its numbers in an object, as paths such as `.spec.replicas`. */
export interface ScalePaths {
  readonly spec: string;
  readonly status: string;
  readonly selector?: string;
}

/** A kind that the simulated API server serves in one version, builtin or made by a CustomResourceDefinition. */
export interface ServedResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The name in URLs. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Whether `/status` is served: then a write to the object leaves its status alone, and the other way about. */
  readonly status: boolean;
  /** Undefined where `/scale` is not served. */
  readonly scale: ScalePaths | undefined;
  /** Whether `metadata.generation` counts the changes of everything but metadata and status. */
  readonly generation: boolean;
  /** Whether the kind is made by a CustomResourceDefinition: no strategic merge patches, unknown fields are pruned. */
  readonly custom: boolean;
  readonly schema: Schema;
  /** The first is the name; the age comes last where the kind does not say otherwise. */
  readonly columns: readonly Column[];
  /** Fills in what the client left out, as the API server does before it stores. */
  readonly complete: (object: StoredObject) => StoredObject;
  /** What is wrong with an object that is to be stored in place of `before`, schema included; empty when nothing is. */
  readonly validate: (object: StoredObject, before: StoredObject | undefined) => readonly Cause[];
}
