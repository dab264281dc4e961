import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { KubeClient } from "./client.ts";
import { within } from "./deadline.ts";
import { AlreadyExists, NotFound } from "./errors.ts";
import { keyOf } from "./informer.ts";
import type { KubeObject } from "./objects.ts";
import { events } from "./resources.ts";
import { timestamp } from "../timestamp.ts";

type Event = NonNullable<(typeof events)["object"]>;

/**
 * Writes an event about an object. The same text about the same object is one Event whose count grows: none is ever
 * merged with another, so that `kubectl describe` shows each by its text.
 */
export type RecordEvent = (about: KubeObject, type: "Normal" | "Warning", message: string) => void;

export interface EventRecorder {
  readonly record: RecordEvent;
  /** Resolves when all events so far are written or lost, after 5 seconds at most. */
  readonly flush: () => Promise<void>;
}

/** The API server's bound on an event's message, in bytes. */
const longestMessage = 1024;
/** The API server's bound on a name, in characters. */
const longestName = 253;
/** The API server forgets an Event that has not been written for this long, unless it is set up otherwise. */
const eventTtlMs = 60 * 60_000;
const longestFlushMs = 5000;
/** Users filter on the source and the reason that Flagger's events have. */
const component = "flagger";
const reason = "Synced";

/**
 * Events are written off the path of the release: those about one object one after another, of different objects at
 * once. `onError` is told of each that is lost.
 */
export function createEventRecorder(
  client: KubeClient,
  clock: Clock,
  onError: (error: unknown) => void,
): EventRecorder {
  /** The last write about each object that has one under way. */
  const writing = new Map<string, Promise<void>>();
  /** The Events that the API server has, those written last at the end. */
  const counts = new Map<string, { readonly count: number; readonly at: number }>();

  function remember(key: string, count: number): void {
    counts.delete(key);
    counts.set(key, { count, at: clock.now() });
  }

  function forgetExpired(): void {
    for (const [key, { at }] of counts) {
      if (clock.now() - at < eventTtlMs) return;
      counts.delete(key);
    }
  }

  async function write(event: Event): Promise<void> {
    const { metadata, lastTimestamp } = event;
    const key = keyOf(metadata);
    const again = async (count: number): Promise<void> => {
      await client.patch(events, metadata, { type: "merge", body: { count, lastTimestamp } });
      remember(key, count);
    };
    forgetExpired();
    const known = counts.get(key);
    try {
      if (known !== undefined) {
        await again(known.count + 1);
        return;
      }
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
    try {
      await client.create(events, event);
      remember(key, 1);
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      const { count = 1 } = await client.get(events, metadata);
      await again(count + 1);
    }
  }

  return {
    record: (about, type, message) => {
      const event = eventOf(about, type, message, clock.now());
      const object = keyOf(about.metadata);
      const written = (writing.get(object) ?? Promise.resolve())
        .then(() => write(event))
        .catch(onError)
        .then(() => {
          if (writing.get(object) === written) writing.delete(object);
        });
      writing.set(object, written);
    },
    flush: async () => {
      const all = Promise.all(writing.values());
      await within(clock, longestFlushMs, "events were not written in time", () => all).catch(onError);
    },
  };
}

function eventOf(about: KubeObject, type: "Normal" | "Warning", message: string, now: number): Event {
  const { namespace = "default", name, uid = "", resourceVersion = "" } = about.metadata;
  const text = cut(message);
  const hash = createHash("sha256").update(`${uid} ${type} ${text}`).digest("hex").slice(0, 16);
  const time = timestamp(now);
  return {
    metadata: { namespace, name: nameOf(name, hash) },
    involvedObject: {
      apiVersion: about.apiVersion ?? "",
      kind: about.kind ?? "",
      name,
      namespace,
      uid,
      resourceVersion,
    },
    type,
    reason,
    message: text,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

/** The longest beginning of the message that fits, in whole characters. */
function cut(message: string): string {
  return message.slice(0, new TextEncoder().encodeInto(message, new Uint8Array(longestMessage)).read);
}

/** `NAME.HASH`; of a long name only the beginning, which must end with a letter or digit. */
function nameOf(name: string, hash: string): string {
  return `${name.slice(0, longestName - hash.length - 1).replace(/[.-]+$/, "")}.${hash}`;
}
