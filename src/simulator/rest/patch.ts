import { isRecord } from "../../kubernetes/canonical.ts";
import { apply } from "../merge/apply.ts";
import { ApplyConflict } from "../merge/apply-conflict.ts";
import { InvalidPatch } from "../merge/invalid-patch.ts";
import { jsonPatch } from "../merge/json-patch.ts";
import { mergePatch } from "../merge/merge-patch.ts";
import { strategicMergePatch } from "../merge/strategic-merge.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import * as cause from "../schema/causes.ts";
import { decodeError } from "../schema/decode.ts";
import { prune, unknownFields } from "../schema/prune.ts";
import { findObject } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { createObject } from "./create.ts";
import { mediaTypeOf, normalized, parseYaml } from "./decode.ts";
import type { ReadableKind } from "./decode.ts";
import { duplicateFields } from "./duplicates.ts";
import { inNamespace, withMetadata } from "./metadata.ts";
import { writeOptions } from "./options.ts";
import type { WriteOptions } from "./options.ts";
import type { Call, Place } from "./request.ts";
import { StatusError, badRequest, conflict, invalid, notFound, unsupportedMediaType } from "./status.ts";
import { updateObject, wrongName } from "./update.ts";
import type { Written } from "./update.ts";
import { timestamp } from "../../timestamp.ts";

const json = "application/json-patch+json";
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const applied = "application/apply-patch+yaml";

/**
 * Changes an object, or the part of it that is the subresource, by the patch of the body.
 * @throws StatusError
 */
export function patch(backend: Backend, place: Place, call: Call): Written {
  const type = patchTypeOf(place.resource, call);
  const options = writeOptions(call, type === applied ? "apply" : "other");
  const live = findObject(backend, place);
  if (type === applied) return applyPatch(backend, place, call, live, options);
  if (live === undefined) throw notFound(place.resource, place.name);
  const given = inNamespace(patched(place.resource, live, type, call, options), place.namespace);
  if (given.metadata.name !== place.name) throw wrongName(given.metadata.name, place.name);
  return { object: updateObject(backend, place, live, given, options), created: false };
}

/** @throws StatusError 415 */
export function patchTypeOf({ custom }: ServedResource, { headers }: Call): string {
  const type = mediaTypeOf(headers["content-type"]);
  const accepted = custom ? [json, merge, applied] : [json, merge, strategic, applied];
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  return type;
}

/**
 * The object as a patch that is no apply makes it.
 * @throws StatusError 400, 422 or 500
 */
export function patched(
  kind: ReadableKind,
  live: StoredObject,
  type: string,
  call: Call,
  { fieldValidation }: WriteOptions,
): StoredObject {
  const body = bodyOf(call);
  if (type !== json && !isRecord(body)) throw undecodable(type, "json: cannot unmarshal it into an object");
  const result = attempt(() => {
    if (type === json) return jsonPatch(live, body);
    return type === merge ? mergePatch(live, body) : strategicMergePatch(kind.schema, live, body);
  });
  // The API server shows what it could not read: the whole object or, of a strategic merge, the patch.
  const shown = type === strategic ? inGo(body) : JSON.stringify(result);
  const refused = (why: string): StatusError =>
    invalid({ group: "", kind: "" }, "", [cause.invalid("patch", shown, why)]);
  const unread = kind.custom ? undefined : decodeError(kind.schema, result);
  if (!isRecord(result) || unread !== undefined) throw refused(unread ?? "not an object");
  const problems =
    fieldValidation === "Ignore"
      ? []
      : [
          ...duplicateFields(call.body).map(
            (field) => `${type === json ? "json patch " : ""}duplicate field "${field}"`,
          ),
          ...unknownFields(kind.schema, result).map((field) => `unknown field "${field}"`),
        ];
  if (problems.length > 0 && fieldValidation === "Strict")
    throw refused(`strict decoding error: ${problems.join(", ")}`);
  call.warnings.push(...problems);
  return normalized(prune(kind.schema, result), kind);
}

function bodyOf({ body, headers }: Call): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw undecodable(mediaTypeOf(headers["content-type"]), error instanceof Error ? error.message : String(error));
  }
}

function undecodable(type: string, why: string): StatusError {
  return badRequest(type === strategic ? why : `error decoding patch: ${why}`);
}

/** Lays the intent of the body over the object, which is created when it is not there. */
function applyPatch(
  backend: Backend,
  place: Place,
  call: Call,
  live: StoredObject | undefined,
  options: WriteOptions,
): Written {
  const { resource, namespace, name, subresource } = place;
  if (live === undefined && subresource !== "") throw notFound(resource, name);
  const intent = inNamespace(intentOf(resource, subresource, call), namespace);
  if (intent.metadata.name !== name) throw wrongName(intent.metadata.name, name);
  const object = applyTo(backend, resource, live, intent, options, subresource);
  if (live !== undefined) {
    return { object: updateObject(backend, place, live, object, options, true), created: false };
  }
  if (intent.metadata.uid !== undefined) {
    const why = `uid mismatch: the provided object specified uid ${intent.metadata.uid}, and no existing object was found`;
    throw conflict(resource, name, why);
  }
  return { object: createObject(backend, place, object, options, true), created: true };
}

/**
 * The live object with the intent laid over it.
 * @throws StatusError 400, 409 or 500
 */
export function applyTo(
  { clock }: Backend,
  { schema }: Pick<ServedResource, "schema">,
  live: StoredObject | undefined,
  intent: StoredObject,
  { manager, force }: WriteOptions,
  subresource: string,
): StoredObject {
  const time = timestamp(clock.now());
  return attempt(() => apply({ schema, live, intent, manager, force, time, subresource }));
}

function intentOf(resource: ServedResource, subresource: string, call: Call): StoredObject {
  const given = parseYaml(call.body, (why) => badRequest(`error decoding YAML: ${why}`));
  if (!isRecord(given)) throw badRequest("error decoding YAML: not an object");
  const { apiVersion = "", kind = "" } = given;
  const intent = normalized(given, resource);
  if (apiVersion !== intent.apiVersion || kind !== intent.kind) {
    throw badRequest(
      `invalid object type: ${String(apiVersion)}, Kind=${String(kind)} (must be ${intent.apiVersion ?? ""}, Kind=${resource.kind})`,
    );
  }
  const { status, ...rest } = intent;
  const own = (subresource === "status" ? { ...intent, spec: undefined, status } : rest) as StoredObject;
  // What the path does not write is not looked at.
  const seen = resource.status ? own : intent;
  return withMetadata(seen, { resourceVersion: intent.metadata.resourceVersion });
}

/** Runs what merges, whose failures it turns into answers. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApplyConflict) {
      const causes = error.causes.map(({ field, message }) => ({ reason: "FieldManagerConflict", message, field }));
      throw new StatusError(409, "Conflict", error.message, { causes });
    }
    if (!(error instanceof InvalidPatch)) throw error;
    if (error.code === 400) throw badRequest(error.message);
    if (error.code === 500) throw new StatusError(500, "", error.message);
    throw new StatusError(422, "Invalid", error.message, {});
  }
}

/** A value as Go prints it. */
function inGo(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inGo).join(" ")}]`;
  if (value === null) return "<nil>";
  if (!isRecord(value)) return typeof value === "string" ? value : JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${key}:${inGo(value[key])}`);
  return `map[${fields.join(" ")}]`;
}
