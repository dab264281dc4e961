import type { ApiResponse } from "../../kubernetes/transport.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import { tableOf } from "../schema/table.ts";
import type { ListResult } from "./list.ts";
import type { Call } from "./request.ts";
import { badRequest, notAcceptable } from "./status.ts";
import type { WatchEvent } from "./watch.ts";

/** How a client wants objects shown. */
export type View =
  | { readonly kind: "object" | "metadata" }
  | { readonly kind: "table"; readonly includeObject: "None" | "Metadata" | "Object" };

const metaVersion = "meta.k8s.io/v1";

/**
 * The first view of the Accept header that there is.
 * @throws StatusError 400 or 406
 */
export function viewOf({ headers, query }: Call): View {
  for (const clause of (headers["accept"] ?? "*/*").split(",")) {
    const [type = "", ...rest] = clause.split(";").map((part) => part.trim());
    if (!["application/json", "application/*", "*/*"].includes(type)) continue;
    const parameters = new URLSearchParams(rest.join("&"));
    const as = parameters.get("as");
    if (as === null) return { kind: "object" };
    if (`${parameters.get("g") ?? ""}/${parameters.get("v") ?? ""}` !== metaVersion) continue;
    if (as === "Table") return { kind: "table", includeObject: includedIn(query) };
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return { kind: "metadata" };
  }
  throw notAcceptable(["application/json"]);
}

function includedIn(query: URLSearchParams): "None" | "Metadata" | "Object" {
  const asked = query.get("includeObject") ?? "";
  if (asked === "" || asked === "Metadata") return "Metadata";
  if (asked === "None" || asked === "Object") return asked;
  const why = `Invalid value: ${JSON.stringify(asked)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${why}`);
}

/** One object as the client wants to see it. `now` in milliseconds since the Unix epoch, for the ages in a table. */
export function showObject(resource: ServedResource, object: StoredObject, view: View, now: number): unknown {
  switch (view.kind) {
    case "object":
      return object;
    case "metadata":
      return { kind: "PartialObjectMetadata", apiVersion: metaVersion, metadata: object.metadata };
    case "table": {
      const { resourceVersion = "" } = object.metadata;
      return tableOf(resource, [object], { now, includeObject: view.includeObject, metadata: { resourceVersion } });
    }
  }
}

/** A list as the client wants to see it. */
export function showList(resource: ServedResource, { metadata, items }: ListResult, view: View, now: number): unknown {
  switch (view.kind) {
    case "object":
      return {
        kind: `${resource.kind}List`,
        apiVersion: resource.group === "" ? resource.version : `${resource.group}/${resource.version}`,
        metadata,
        // The list says what its items are, save for custom resources, which say it themselves.
        items: resource.custom ? items : items.map(({ apiVersion: _1, kind: _2, ...item }) => item),
      };
    case "metadata":
      return {
        kind: "PartialObjectMetadataList",
        apiVersion: metaVersion,
        metadata,
        items: items.map((item) => showObject(resource, item, view, now)),
      };
    case "table":
      return tableOf(resource, items, { now, includeObject: view.includeObject, metadata: { ...metadata } });
  }
}

/** The events of a watch, one JSON document a line. Of tables, only the first has the definitions of its columns. */
export async function* showEvents(
  resource: ServedResource,
  events: AsyncIterable<WatchEvent>,
  view: View,
  now: () => number,
): AsyncIterable<Uint8Array> {
  let isFirst = true;
  for await (const { type, object } of events) {
    const shown = type === "ERROR" ? object : showObject(resource, object, view, now());
    const bare = view.kind === "table" && type !== "ERROR" && !isFirst;
    if (type !== "ERROR") isFirst = false;
    yield encode({ type, object: bare ? { ...(shown as object), columnDefinitions: null } : shown });
  }
}

/** An answer in JSON. Warnings go with it. */
export function answer(code: number, body: unknown, warnings: readonly string[] = []): ApiResponse {
  return stream(code, "application/json", once(encode(body)), warnings);
}

/** An answer whose body comes bit by bit, or is not JSON. */
export function stream(
  code: number,
  contentType: string,
  body: AsyncIterable<Uint8Array>,
  warnings: readonly string[] = [],
): ApiResponse {
  const texts = [...new Set(warnings)].map((text) => `299 - ${JSON.stringify(text)}`);
  const [only] = texts;
  return {
    status: code,
    headers: {
      "content-type": contentType,
      "cache-control": "no-cache, private",
      ...(only !== undefined && { warning: texts.length === 1 ? only : texts }),
    },
    body,
  };
}

/** An answer of one line of text. */
export function plain(code: number, text: string): ApiResponse {
  return stream(code, "text/plain; charset=utf-8", once(Buffer.from(text)));
}

async function* once(chunk: Uint8Array): AsyncIterable<Uint8Array> {
  yield chunk;
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
