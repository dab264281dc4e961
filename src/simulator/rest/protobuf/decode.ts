import { readFileSync } from "node:fs";
import { isRecord } from "../../../kubernetes/canonical.ts";
import { builtinResources } from "../../schema/builtin.ts";
import { definitionName } from "../../schema/definitions.ts";
import type { Schema } from "../../schema/schema.ts";
import { badRequest, unsupportedMediaType } from "../status.ts";
import { wireFields } from "./wire.ts";
import type { WireField } from "./wire.ts";

/** The media type of objects in protocol buffers: what clients in Go send, even where they read JSON. */
export const protobufType = "application/vnd.kubernetes.protobuf";

/**
 * The fields of a type by their numbers: the name, `?` after it where the field can be there and empty, `~` for a time
 * with microseconds; or the fields that stand among those around them.
 */
interface Numbers {
  readonly [number: string]: string | Numbers;
}

/** Machine-made by e2e/protobuf.ts. Read on first use. */
let table: Readonly<Record<string, Numbers>> | undefined;

function numbersOf(name: string): Numbers {
  table ??= JSON.parse(readFileSync(new URL("numbers.json", import.meta.url), "utf8")) as Record<string, Numbers>;
  return table[name] ?? {};
}

const text: Schema = { type: "string" };
const preconditions: Schema = { type: "object", properties: { uid: text, resourceVersion: text } };
const deleteOptions: Schema = {
  type: "object",
  properties: {
    gracePeriodSeconds: { type: "integer" },
    preconditions,
    orphanDependents: { type: "boolean" },
    propagationPolicy: text,
    dryRun: { type: "array", items: text },
  },
};
const objectMeta: Schema = { type: "object", properties: { name: text, namespace: text } };
const eviction: Schema = { type: "object", properties: { metadata: objectMeta, deleteOptions } };

/** What is sent and never stored. */
const messages = new Map([
  [preconditions, "v1.Preconditions"],
  [deleteOptions, "v1.DeleteOptions"],
  [objectMeta, "v1.ObjectMeta"],
  [eviction, "v1.Eviction"],
]);

const magic = "k8s\0";

/**
 * The object that a body in protocol buffers holds, as it would stand in JSON.
 * @throws StatusError 400, or 415 for kinds whose messages are not known
 */
export function fromProtobuf(body: Uint8Array): unknown {
  try {
    if (Buffer.from(body.subarray(0, magic.length)).toString() !== magic) throw new RangeError("no prefix");
    const envelope = wireFields(body.subarray(magic.length));
    const [apiVersion = "", kind = ""] = [1, 2].map((number) =>
      textOf(find(wireFields(bytesOf(find(envelope, 1))), number)),
    );
    const schema = schemaOf(apiVersion, kind);
    if (schema === undefined) throw unsupportedMediaType(["application/json", "application/yaml"]);
    return { apiVersion, kind, ...messageOf(schema, bytesOf(find(envelope, 2))) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badRequest(`the body is not in protocol buffers: ${error.message}`);
  }
}

function schemaOf(apiVersion: string, kind: string): Schema | undefined {
  if (kind === "DeleteOptions") return deleteOptions;
  if (kind === "Eviction") return eviction;
  // What a client asks about itself is answered the same in any case.
  if (kind.startsWith("SelfSubject")) return { type: "object" };
  const [version, group = ""] = apiVersion.split("/").reverse();
  return builtinResources.find((one) => one.group === group && one.version === version && one.kind === kind)?.schema;
}

function find(fields: readonly WireField[], number: number): WireField["value"] | undefined {
  return fields.findLast((field) => field.number === number)?.value;
}

function messageOf(schema: Schema, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const name = messages.get(schema) ?? definitionName(schema) ?? "";
  return fieldsOf(schema, numbersOf(name), bytes);
}

function fieldsOf(schema: Schema, numbers: Numbers, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const object: Record<string, unknown> = {};
  for (const { number, value } of wireFields(bytes)) {
    const known = numbers[number];
    if (known === undefined) continue;
    if (typeof known !== "string") {
      Object.assign(object, fieldsOf(schema, known, bytesOf(value)));
      continue;
    }
    const [, name = "", optional, micro] = /^(\w+)(\?)?(~)?$/.exec(known) ?? [];
    const field = schema.properties?.[name];
    if (field === undefined) continue;
    const decoded = decode(field, value, micro !== undefined, object[name]);
    // Go sends what is empty, too, and leaves out of JSON what cannot be told from nothing.
    if (optional !== undefined || !isEmpty(decoded)) object[name] = decoded;
  }
  return object;
}

/** The value of a field; of one that repeats, added to those `before`. */
function decode(schema: Schema, value: WireField["value"], micro: boolean, before: unknown): unknown {
  if (schema.type === "array") {
    return [
      ...(Array.isArray(before) ? (before as unknown[]) : []),
      decode(schema.items ?? {}, value, micro, undefined),
    ];
  }
  if (isRecord(schema.additionalProperties)) {
    const entry = wireFields(bytesOf(value));
    const item = decode(schema.additionalProperties, find(entry, 2) ?? new Uint8Array(), micro, undefined);
    return { ...(isRecord(before) ? before : {}), [textOf(find(entry, 1))]: item };
  }
  if (schema["x-kubernetes-int-or-string"] === true) return intOrString(bytesOf(value));
  if (schema.type === "integer") return Number(BigInt.asIntN(64, bitsOf(value)));
  if (schema.type === "boolean") return bitsOf(value) !== 0n;
  if (schema.type === "string") return formatted(schema.format, value, micro);
  if (schema.properties !== undefined) return messageOf(schema, bytesOf(value));
  // What has no fields of its own is JSON within.
  const json = textOf(find(wireFields(bytesOf(value)), 1));
  return json === "" ? {} : (JSON.parse(json) as unknown);
}

function formatted(format: string | undefined, value: WireField["value"], micro: boolean): string {
  if (format === "byte") return Buffer.from(bytesOf(value)).toString("base64");
  if (format === "quantity") return textOf(find(wireFields(bytesOf(value)), 1));
  if (format !== "date-time" && format !== "micro-time") return textOf(value);
  const fields = wireFields(bytesOf(value));
  const seconds = find(fields, 1);
  if (seconds === undefined) return "";
  const time = new Date(1000 * Number(BigInt.asIntN(64, bitsOf(seconds)))).toISOString().slice(0, 19);
  const micros = Math.floor(Number(bitsOf(find(fields, 2))) / 1000);
  return micro ? `${time}.${String(micros).padStart(6, "0")}Z` : `${time}Z`;
}

function intOrString(bytes: Uint8Array): string | number {
  const fields = wireFields(bytes);
  return bitsOf(find(fields, 1)) === 1n ? textOf(find(fields, 3)) : Number(BigInt.asIntN(64, bitsOf(find(fields, 2))));
}

function isEmpty(value: unknown): boolean {
  if (isRecord(value)) return Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}

function bytesOf(value: WireField["value"] = new Uint8Array()): Uint8Array {
  if (typeof value === "bigint") throw new RangeError("a number where bytes should be");
  return value;
}

function bitsOf(value: WireField["value"] = 0n): bigint {
  if (typeof value !== "bigint") throw new RangeError("bytes where a number should be");
  return value;
}

function textOf(value: WireField["value"] | undefined): string {
  return Buffer.from(bytesOf(value)).toString();
}
