import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { KubeClient } from "./client.ts";
import { AlreadyExists } from "./errors.ts";
import type { KubeObject } from "./objects.ts";
import { events } from "./resources.ts";

/**
 * Writes an event about an object. The same text about the same object is one Event whose count grows: none is ever
 * merged with another, so that `kubectl describe` shows each by its text.
 */
export type RecordEvent = (about: KubeObject, type: "Normal" | "Warning", message: string) => void;

/** The API server's bound on an event's message, in bytes. */
const longestMessage = 1024;
/** Users filter on the source and the reason that Flagger's events have. */
const component = "flagger";
const reason = "Synced";

/** Events are written one after another, off the path of the release. `onError` is told of those that were lost. */
export function createEventRecorder(
  client: KubeClient,
  clock: Clock,
  onError: (error: unknown) => void,
): { readonly record: RecordEvent; readonly flush: () => Promise<void> } {
  let queue = Promise.resolve();
  const counts = new Map<string, number>();

  async function write(about: KubeObject, type: "Normal" | "Warning", message: string, time: string): Promise<void> {
    const { namespace = "default", name, uid = "" } = about.metadata;
    const hash = createHash("sha256").update(`${uid} ${type} ${message}`).digest("hex").slice(0, 16);
    const key = { namespace, name: `${name}.${hash}` };
    const count = (counts.get(hash) ?? 0) + 1;
    counts.set(hash, count);
    if (count > 1) {
      await client.patch(events, key, { type: "merge", body: { count, lastTimestamp: time } });
      return;
    }
    try {
      await client.create(events, {
        metadata: key,
        involvedObject: {
          apiVersion: about.apiVersion ?? "",
          kind: about.kind ?? "",
          name,
          namespace,
          uid,
          resourceVersion: about.metadata.resourceVersion ?? "",
        },
        type,
        reason,
        message,
        source: { component },
        reportingComponent: component,
        reportingInstance: "",
        firstTimestamp: time,
        lastTimestamp: time,
        count: 1,
      });
    } catch (error) {
      if (!(error instanceof AlreadyExists)) throw error;
      const live = await client.get(events, key);
      counts.set(hash, (live.count ?? 1) + 1);
      await client.patch(events, key, { type: "merge", body: { count: (live.count ?? 1) + 1, lastTimestamp: time } });
    }
  }

  return {
    record: (about, type, message) => {
      const time = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
      const cut = Buffer.from(message)
        .subarray(0, longestMessage)
        .toString("utf8")
        .replace(/\uFFFD+$/, "");
      queue = queue.then(() => write(about, type, cut, time)).catch(onError);
    },
    flush: () => queue,
  };
}
