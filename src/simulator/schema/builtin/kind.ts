import type { Cause, Column, ServedResource, StoredObject } from "../../resource.ts";
import { invalid } from "../causes.ts";
import { ageColumn, nameColumn } from "../columns.ts";
import { decodeError } from "../decode.ts";
import { withDefaults } from "../defaults.ts";
import { definition } from "../definitions.ts";
import { schemaFacts } from "../facts.ts";
import { finalizerProblems, metadataProblems } from "../metadata.ts";
import { dnsSubdomain } from "../names.ts";
import type { NameRule } from "../names.ts";
import { tidied } from "../tidy.ts";
import { withZeroValues } from "../zero.ts";

/** What a builtin kind is, as far as it is not what most are. `T` is the type of its objects. */
interface BuiltinKind<T> {
  readonly apiVersion: string;
  readonly kind: string;
  /** Its type among the definitions where that is not named `VERSION.KIND`. */
  readonly type?: string;
  /** Where it is not the kind in lower case with an s. */
  readonly plural?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** True unless told. */
  readonly namespaced?: boolean;
  /** False unless told. */
  readonly status?: boolean;
  /** False unless told. */
  readonly generation?: boolean;
  readonly scale?: ServedResource["scale"];
  /** What is shown besides the name and, at the end, the age; `only` has all of them. */
  readonly columns?: readonly Column[] | { readonly only: readonly Column[] };
  /** A DNS subdomain unless told. */
  readonly name?: NameRule;
  /** Defaults beyond those of the schema. */
  readonly complete?: (object: T) => T;
  /** Rules beyond those of the schema. What the schema requires and the object lacks is empty. */
  readonly rules?: (object: T, before: T | undefined) => readonly Cause[];
}

/** A builtin kind as it is served. An object that does not fit the types of its schema is completed to itself. */
export function builtinKind<T>(options: BuiltinKind<T & StoredObject>): ServedResource {
  const { apiVersion, kind, name = dnsSubdomain, complete, rules } = options;
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  const type = options.type ?? `${version}.${kind}`;
  return {
    group,
    version,
    kind,
    plural: options.plural ?? `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: options.shortNames ?? [],
    categories: options.categories ?? [],
    namespaced: options.namespaced ?? true,
    status: options.status ?? false,
    scale: options.scale,
    generation: options.generation ?? false,
    custom: false,
    get schema() {
      return definition(type);
    },
    columns: allColumns(options.columns ?? []),
    complete: (object) => {
      const schema = definition(type);
      if (decodeError(schema, object) !== undefined) return object;
      const filled = withDefaults(schema, object) as T & StoredObject;
      return tidied(schema, complete?.(filled) ?? filled);
    },
    validate: (object, before) => {
      const schema = definition(type);
      const misfit = decodeError(schema, object);
      const zeroed = (given: StoredObject): T & StoredObject => withZeroValues(schema, given) as T & StoredObject;
      if (misfit !== undefined) return [invalid("", object, misfit)];
      return [
        ...metadataProblems(object, before, name),
        ...finalizerProblems(object),
        ...schemaFacts(schema, object),
        ...(rules?.(zeroed(object), before === undefined ? undefined : zeroed(before)) ?? []),
      ];
    },
  };
}

function allColumns(columns: BuiltinKind<unknown>["columns"] & object): readonly Column[] {
  if ("only" in columns) return columns.only;
  const isShown = ({ priority }: Column): boolean => priority === 0;
  const shown = columns.filter(isShown);
  return [nameColumn, ...shown, ageColumn, ...columns.filter((column) => !isShown(column))];
}
