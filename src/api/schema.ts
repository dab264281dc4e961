import Type from "typebox";
import type { Static, TObject, TProperties, TSchema, TSchemaOptions, TUnsafe } from "typebox";

/**
 * The pieces that our CustomResourceDefinitions are made of. Kubernetes takes only structural schemas: every node has
 * a type, objects with free keys say so with `additionalProperties`, and a branch of `oneOf` says nothing but which
 * fields must be there (kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions).
 */

/** T and everything in it, read-only. */
export type Immutable<T> = T extends readonly (infer Item)[]
  ? readonly Immutable<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Immutable<T[Key]> }
    : T;

/** An object with these fields. */
export function object<Properties extends TProperties>(
  description: string,
  properties: Properties,
  options: TSchemaOptions = {},
): TObject<Properties> {
  return Type.Object(properties, { description, ...options });
}

/** A list in which every item looks like `items`. */
export function listOf<Item extends TSchema>(
  description: string,
  items: Item,
  options: TSchemaOptions = {},
): TUnsafe<Static<Item>[]> {
  return Type.Unsafe({ description, type: "array", items, ...options });
}

/** An object with free keys, in which every value looks like `values`. */
export function mapOf<Value extends TSchema>(
  description: string,
  values: Value,
): TUnsafe<Record<string, Static<Value>>> {
  return Type.Unsafe({ description, type: "object", additionalProperties: values });
}

/** A string. */
export function text(description: string, options: TSchemaOptions = {}): Type.TString {
  return Type.String({ description, ...options });
}

/** One of a few strings. */
export function choice<const Values extends string[]>(
  description: string,
  values: readonly [...Values],
): TUnsafe<Values[number]> {
  return Type.Unsafe({ description, type: "string", enum: values });
}

/** A boolean. */
export function flag(description: string): Type.TBoolean {
  return Type.Boolean({ description });
}

/** Any number. */
export function quantity(description: string): Type.TNumber {
  return Type.Number({ description });
}

/** A whole number. Its type is `number` where Flagger's schema says so, so that clients see the same type. */
export function count(description: string, options: TSchemaOptions = {}): Type.TNumber {
  return Type.Number({ description, multipleOf: 1, ...options });
}

/** A whole number. */
export function integer(description: string, options: TSchemaOptions = {}): Type.TInteger {
  return Type.Integer({ description, ...options });
}

/** A number or a name, as in the `targetPort` of a Service. */
export function intOrString(description: string): TUnsafe<number | string> {
  return Type.Unsafe({ description, "x-kubernetes-int-or-string": true });
}

/** A string without a description of its own, for the values of lists and maps. */
export const anyText: Type.TString = Type.String();

/** For `oneOf`: an object that has exactly one of these fields. */
export function exactlyOneOf(...fields: readonly string[]): TSchemaOptions {
  return { oneOf: fields.map((field) => ({ required: [field] })) };
}

/** For `oneOf`: an object that has one of these fields or none. */
export function atMostOneOf(...fields: readonly string[]): TSchemaOptions {
  const each = fields.map((field) => ({ required: [field] }));
  return { oneOf: [{ not: { anyOf: each } }, ...each] };
}
