import { apiVersionOf } from "../../kubernetes/resources.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import { Compacted } from "../store.ts";
import type { Change } from "../store.ts";
import { inVersion } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { askedVersion, checkListOptions } from "./list-options.ts";
import { withMetadata } from "./metadata.ts";
import type { Call, Place } from "./request.ts";
import { selectionOf } from "./selection.ts";
import type { Selection } from "./selection.ts";
import { expired, qualified } from "./status.ts";
import type { Status } from "./status.ts";

export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK"; readonly object: StoredObject }
  | { readonly type: "ERROR"; readonly object: Status };

const bookmarkMs = 60_000;
const lastBookmarkMs = 2000;
/** How long a watch goes on that does not say. */
const longestMs = 30 * 60_000;
const mostPending = 10_000;

/**
 * Follows the changes of a collection until its time is over. What there is already comes first, unless the watch asks
 * for a version to go on from.
 * @throws StatusError 400 or 422
 */
export function watch(backend: Backend, place: Place, { query, signal }: Call): AsyncIterable<WatchEvent> {
  checkListOptions(query, true);
  const selection = selectionOf(place, query);
  const asked = askedVersion(query);
  const seconds = Number(query.get("timeoutSeconds") ?? 0);
  const wantsInitial = query.get("sendInitialEvents") === "true";
  return follow(backend, place, selection, {
    from: asked === 0 || wantsInitial ? undefined : asked,
    endsInitial: wantsInitial,
    bookmarks: ["true", "1"].includes(query.get("allowWatchBookmarks") ?? ""),
    ms: seconds > 0 ? seconds * 1000 : longestMs,
    signal,
  });
}

interface Following {
  /** Undefined to begin with all objects. */
  readonly from: number | undefined;
  /** Whether the end of what there is already is marked. */
  readonly endsInitial: boolean;
  readonly bookmarks: boolean;
  readonly ms: number;
  readonly signal: AbortSignal;
}

async function* follow(
  { store, clock }: Backend,
  { resource }: Place,
  { matches }: Selection,
  { from, endsInitial, bookmarks, ms, signal }: Following,
): AsyncIterable<WatchEvent> {
  const collection = qualified(resource);
  const bookmark = (annotations?: Readonly<Record<string, string>>): WatchEvent => ({
    type: "BOOKMARK",
    object: bookmarkOf(resource, store.version, annotations),
  });
  let pulse = Promise.withResolvers<undefined>();
  const wake = (): void => {
    pulse.resolve(undefined);
    pulse = Promise.withResolvers();
  };
  const end = clock.now() + ms;
  /** A bookmark comes every minute, and shortly before the end. */
  const nextBookmark = (): number => {
    const [now, last] = [clock.now(), end - lastBookmarkMs];
    return now < last ? Math.min(now + bookmarkMs, last) : end;
  };
  let bookmarkAt = nextBookmark();
  let cancel = clock.after(bookmarkAt - clock.now(), wake);
  const initial =
    from === undefined
      ? store
          .list(collection)
          .map(([, object]) => object)
          .filter(matches)
      : [];
  const pending: Change[] = [];
  const unsubscribe = store.onChange((change) => {
    if (change.collection !== collection) return;
    pending.push(change);
    wake();
  });
  signal.addEventListener("abort", wake);
  try {
    if (from !== undefined) pending.unshift(...store.changesSince(collection, from));
    for (const object of initial) yield { type: "ADDED", object: inVersion(resource, object) };
    if (endsInitial) yield bookmark({ "k8s.io/initial-events-end": "true" });
    // A client that does not keep up is cut off, and begins anew.
    while (clock.now() < end && pending.length < mostPending) {
      signal.throwIfAborted();
      const next = pulse.promise;
      for (let change = pending.shift(); change !== undefined; change = pending.shift()) {
        const event = eventOf(change, matches);
        if (event !== undefined) yield { type: event.type, object: inVersion(resource, event.object) };
      }
      if (clock.now() >= bookmarkAt) {
        if (bookmarks) yield bookmark();
        bookmarkAt = nextBookmark();
        cancel = clock.after(bookmarkAt - clock.now(), wake);
      }
      await next;
    }
  } catch (error) {
    if (!(error instanceof Compacted)) throw error;
    yield { type: "ERROR", object: expired(`too old resource version: ${from ?? 0} (${error.oldest})`).status };
  } finally {
    cancel();
    unsubscribe();
    signal.removeEventListener("abort", wake);
  }
}

/** What a watch with a selection sees of a change: objects come into it and leave it. */
function eventOf(
  { type, object, previous, version }: Change,
  matches: Selection["matches"],
): { readonly type: Change["type"]; readonly object: StoredObject } | undefined {
  const was = previous !== undefined && matches(previous);
  const is = type !== "DELETED" && matches(object);
  if (is) return { type: was ? "MODIFIED" : "ADDED", object };
  if (!was) return undefined;
  return {
    type: "DELETED",
    object: type === "DELETED" ? object : withMetadata(previous, { resourceVersion: String(version) }),
  };
}

/** A bookmark is the only object without a name. */
function bookmarkOf(
  resource: ServedResource,
  version: number,
  annotations?: Readonly<Record<string, string>>,
): StoredObject {
  const metadata = { resourceVersion: String(version), ...(annotations !== undefined && { annotations }) };
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } as unknown as StoredObject;
}
