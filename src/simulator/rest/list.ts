import type { StoredObject } from "../resource.ts";
import { Compacted } from "../store.ts";
import { inVersion } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { decodeContinue, encodeContinue } from "./continue.ts";
import type { Page } from "./continue.ts";
import { askedVersion, checkListOptions } from "./list-options.ts";
import type { Call, Place } from "./request.ts";
import { selectionOf } from "./selection.ts";
import { badRequest, expired, qualified, tooLargeVersion } from "./status.ts";

/** What is said of a list as a whole. */
export interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface ListResult {
  readonly metadata: ListMetadata;
  readonly items: readonly StoredObject[];
}

const inconsistent =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without " +
  "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. " +
  "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or " +
  "deleted between the time the first chunk was returned and now may show up in the list.";

/**
 * Lists a collection: as a whole or page by page, all pages as it was at the first.
 * @throws StatusError 400, 410, 422 or 504
 */
export function list(backend: Backend, place: Place, { query }: Call): ListResult {
  checkListOptions(query, false);
  const { matches, isPartial } = selectionOf(place, query);
  const limit = limitOf(query);
  const { version, after } = pageOf(backend, query);
  const from = backend.store.version;
  const objects = snapshot(backend, place, version, after)
    .filter(([key]) => key > after)
    .filter(([, object]) => matches(object));
  const page = limit === 0 ? objects : objects.slice(0, limit);
  const at = version ?? from;
  const last = page.at(-1)?.[0] ?? "";
  const remaining = objects.length - page.length;
  return {
    metadata: {
      resourceVersion: String(at),
      ...(remaining > 0 && { continue: encodeContinue({ version: at, after: last }) }),
      ...(remaining > 0 && !isPartial && { remainingItemCount: remaining }),
    },
    items: page.map(([, object]) => inVersion(place.resource, object)),
  };
}

/** How many objects come at the most; 0 for all. From whatever version is at hand, all of them come. */
function limitOf(query: URLSearchParams): number {
  const text = query.get("limit") ?? "";
  if (!/^-?\d*$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return query.get("resourceVersion") === "0" ? 0 : Math.max(0, Number(text));
}

/** The page that is asked for; its version is undefined for the latest. */
function pageOf({ store }: Backend, query: URLSearchParams): Page {
  const token = query.get("continue") ?? "";
  const asked = askedVersion(query);
  if (token !== "") {
    if (asked !== undefined && asked !== 0) {
      throw badRequest("specifying resource version is not allowed when using continue");
    }
    return decodeContinue(token);
  }
  if (asked !== undefined && asked > store.version) throw tooLargeVersion(asked, store.version);
  const isExact =
    query.get("resourceVersionMatch") === "Exact" ||
    (!query.has("resourceVersionMatch") && asked !== undefined && asked > 0 && limitOf(query) > 0);
  return { version: isExact ? asked : undefined, after: "" };
}

function snapshot({ store }: Backend, { resource }: Place, version: number | undefined, after: string) {
  try {
    return store.list(qualified(resource), version);
  } catch (error) {
    if (!(error instanceof Compacted)) throw error;
    if (after === "") throw expired("The resourceVersion for the provided list is too old.");
    throw expired(inconsistent, encodeContinue({ version: undefined, after }));
  }
}
