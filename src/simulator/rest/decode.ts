import { parse } from "yaml";
import { isRecord } from "../../kubernetes/canonical.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import { decodeError } from "../schema/decode.ts";
import { prune, unknownFields } from "../schema/prune.ts";
import { duplicateFields } from "./duplicates.ts";
import type { WriteOptions } from "./options.ts";
import type { Call } from "./request.ts";
import { badRequest, unsupportedMediaType } from "./status.ts";
import type { StatusError } from "./status.ts";

const mediaTypes = ["application/json", "application/yaml"];

/** What a kind is, as far as its objects must be read. */
export type ReadableKind = Pick<ServedResource, "group" | "version" | "kind" | "schema" | "custom">;

/** The media type of a header, without its parameters. */
export function mediaTypeOf(header = ""): string {
  return header.replace(/;.*/s, "").trim();
}

/**
 * Reads a body that holds one object of the kind, and drops what the kind does not have.
 * @throws StatusError 400 or 415
 */
export function decodeObject(call: Call, kind: ReadableKind, { fieldValidation }: WriteOptions): StoredObject {
  const type = mediaTypeOf(call.headers["content-type"] ?? "application/json");
  if (!mediaTypes.includes(type)) throw unsupportedMediaType(mediaTypes);
  const isJson = type === "application/json";
  const unreadable = (why: string): Error =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): ${why} (${Buffer.from(call.body.slice(0, 30)).toString("hex")}${call.body.length > 30 ? " ..." : ""})`,
    );
  const given = isJson ? parseJson(call.body, unreadable) : parseYaml(call.body, unreadable);
  if (!isRecord(given)) throw unreadable("couldn't get version/kind; json parse error: not an object");
  const own = { apiVersion: apiVersionOf(withoutPlural(kind)), kind: kind.kind };
  const { apiVersion = own.apiVersion, kind: name = own.kind } = given;
  if (name !== own.kind) {
    const version = typeof apiVersion === "string" ? apiVersion : "";
    throw badRequest(
      `${String(name)} in version "${versionOf(version)}" cannot be handled as a ${own.kind}: no kind match`,
    );
  }
  if (apiVersion !== own.apiVersion) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${own.apiVersion})`,
    );
  }
  const misfit = kind.custom ? undefined : decodeError(kind.schema, given);
  if (misfit !== undefined) throw unhandled(kind, misfit);
  const problems =
    fieldValidation === "Ignore"
      ? []
      : [
          ...(isJson ? duplicateFields(call.body).map((field) => `duplicate field "${field}"`) : []),
          ...unknownFields(kind.schema, given).map((field) => `unknown field "${field}"`),
        ];
  if (problems.length > 0 && fieldValidation === "Strict") {
    throw unhandled(kind, `strict decoding error: ${problems.join(", ")}`);
  }
  call.warnings.push(...problems);
  return normalized(prune(kind.schema, given), kind);
}

function unhandled({ kind, version }: ReadableKind, why: string): StatusError {
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
}

/** The object with its kind, and with metadata whatever it was given. */
export function normalized(given: Readonly<Record<string, unknown>>, kind: ReadableKind): StoredObject {
  const metadata = isRecord(given["metadata"]) ? given["metadata"] : {};
  const { name } = metadata;
  return {
    ...given,
    apiVersion: apiVersionOf(withoutPlural(kind)),
    kind: kind.kind,
    metadata: { ...withoutNulls(metadata), name: typeof name === "string" ? name : "" },
  };
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function withoutPlural({ group, version, kind }: ReadableKind) {
  return { group, version, kind, plural: "", namespaced: false };
}

function versionOf(apiVersion: string): string {
  return apiVersion.replace(/.*\//, "");
}

function parseJson(text: string, unreadable: (why: string) => Error): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unreadable(`couldn't get version/kind; json parse error: ${String(error)}`);
  }
}

/** YAML, of which JSON is a part. */
export function parseYaml(text: string, unreadable: (why: string) => Error): unknown {
  try {
    return text.trimStart().startsWith("{") ? (JSON.parse(text) as unknown) : (parse(text) as unknown);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : String(error));
  }
}

/** The options of a deletion as they are sent. */
export interface GivenDeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** @throws StatusError 400 or 415 */
export function decodeDeleteOptions({ body, headers, query }: Call): GivenDeleteOptions {
  if (body === "") {
    const seconds = query.get("gracePeriodSeconds");
    const orphan = query.get("orphanDependents");
    const policy = query.get("propagationPolicy");
    return {
      ...(seconds !== null && { gracePeriodSeconds: Number(seconds) }),
      ...(orphan !== null && { orphanDependents: orphan === "true" }),
      ...(policy !== null && { propagationPolicy: policy }),
      dryRun: query.getAll("dryRun"),
    };
  }
  const type = mediaTypeOf(headers["content-type"] ?? "application/json");
  if (!mediaTypes.includes(type)) throw unsupportedMediaType(mediaTypes);
  const given = parseYaml(body, badRequest);
  if (!isRecord(given)) throw badRequest("decoded object cannot be converted to DeleteOptions");
  return withoutNulls(given);
}
