import { isRecord } from "../../kubernetes/canonical.ts";
import type { ScalePaths, StoredObject } from "../resource.ts";
import * as cause from "../schema/causes.ts";
import type { Schema } from "../schema/schema.ts";
import { getObject } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { decodeObject } from "./decode.ts";
import { withMetadata } from "./metadata.ts";
import { writeOptions } from "./options.ts";
import type { WriteOptions } from "./options.ts";
import { patchTypeOf, patched } from "./patch.ts";
import type { Call, Place } from "./request.ts";
import { invalid, unsupportedMediaType } from "./status.ts";
import { updateObject, wrongName } from "./update.ts";

const group = "autoscaling";
const schema: Schema = {
  type: "object",
  properties: {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    spec: { type: "object", properties: { replicas: { type: "integer", format: "int32" } } },
    status: {
      type: "object",
      properties: { replicas: { type: "integer", format: "int32" }, selector: { type: "string" } },
    },
  },
};
const scaleKind = { group, version: "v1", kind: "Scale", schema, custom: false };

/** A place whose resource has the subresource `scale`. */
export type ScalePlace = Place & { readonly scale: ScalePaths };

/** The scale of an object. */
export function getScale(backend: Backend, place: ScalePlace): StoredObject {
  return scaleOf(place.scale, getObject(backend, place));
}

/**
 * Changes the number of replicas, by the whole Scale or a patch of it.
 * @throws StatusError
 */
export function writeScale(backend: Backend, place: ScalePlace, call: Call): StoredObject {
  const options = writeOptions(call, call.method === "PATCH" ? "other" : undefined);
  const live = getObject(backend, place);
  const before = scaleOf(place.scale, live);
  const given =
    call.method === "PATCH"
      ? patched(scaleKind, before, scalePatchType(place, call), call, options)
      : decodeObject(call, scaleKind, options);
  const { name, resourceVersion } = given.metadata;
  if (name !== place.name) throw wrongName(name, place.name);
  const { replicas = 0 } = isRecord(given["spec"]) ? given["spec"] : {};
  if (typeof replicas === "number" && replicas < 0) {
    const why = "must be greater than or equal to 0";
    throw invalid(scaleKind, name, [cause.invalid("spec.replicas", replicas, why)]);
  }
  return setReplicas(backend, place, live, replicas, resourceVersion, options);
}

/**
 * Changes the number of replicas.
 * @throws StatusError
 */
export function setScale(backend: Backend, place: ScalePlace, replicas: number, options: WriteOptions): StoredObject {
  return setReplicas(backend, place, getObject(backend, place), replicas, undefined, options);
}

function setReplicas(
  backend: Backend,
  place: ScalePlace,
  live: StoredObject,
  replicas: unknown,
  resourceVersion = "",
  options: WriteOptions,
): StoredObject {
  const version = resourceVersion === "" ? live.metadata.resourceVersion : resourceVersion;
  const wanted = withMetadata(withValue(live, place.scale.spec, replicas), { resourceVersion: version });
  return scaleOf(place.scale, updateObject(backend, place, live, wanted, options));
}

function scalePatchType(place: Place, call: Call): string {
  const type = patchTypeOf(place.resource, call);
  // Who applies a scale owns a field of the object behind it: that is not followed here.
  if (type.includes("apply"))
    throw unsupportedMediaType(["application/json-patch+json", "application/merge-patch+json"]);
  return type;
}

function scaleOf({ spec, status, selector }: ScalePaths, object: StoredObject): StoredObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = valueAt(object, spec);
  const chosen = selector === undefined ? "" : selectorText(valueAt(object, selector));
  const scale: StoredObject = {
    kind: "Scale",
    apiVersion: `${group}/v1`,
    metadata: { name },
    spec: { ...(replicas !== 0 && replicas !== undefined && { replicas }) },
    status: { replicas: valueAt(object, status) ?? 0, ...(chosen !== "" && { selector: chosen }) },
  };
  return withMetadata(scale, { namespace, uid, resourceVersion, creationTimestamp });
}

function keysOf(path: string): readonly string[] {
  return path.split(".").filter((key) => key !== "");
}

function valueAt(object: unknown, path: string): unknown {
  return keysOf(path).reduce((at, key) => (isRecord(at) ? at[key] : undefined), object);
}

function withValue(object: StoredObject, path: string, value: unknown): StoredObject {
  const set = (at: unknown, [key, ...rest]: readonly string[]): unknown =>
    key === undefined ? value : { ...(isRecord(at) ? at : {}), [key]: set(isRecord(at) ? at[key] : undefined, rest) };
  return set(object, keysOf(path)) as StoredObject;
}

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** A selector as the query of a list would have it. A custom resource has it as text already. */
function selectorText(value: unknown): string {
  if (typeof value === "string") return value;
  if (!isRecord(value)) return "";
  const { matchLabels, matchExpressions = [] } = value as LabelSelector;
  // A ReplicationController has nothing but the labels.
  const labels = matchLabels ?? (value["matchExpressions"] === undefined ? (value as Record<string, string>) : {});
  return [
    ...Object.entries(labels).map(([key, label]) => `${key}=${label}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      if (operator === "Exists") return key;
      return operator === "DoesNotExist"
        ? `!${key}`
        : `${key} ${operator.toLowerCase()} (${values.toSorted().join(",")})`;
    }),
  ]
    .sort()
    .join(",");
}
