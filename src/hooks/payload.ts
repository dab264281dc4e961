import type { Canary, Phase } from "../api/canary.ts";

/** The JSON body of a webhook. Keys stand in the order of Flagger's, those of the metadata in the order of the alphabet. */
export interface HookPayload {
  readonly name: string;
  readonly namespace: string;
  readonly phase: Phase;
  /** See `hookChecksum`. */
  readonly checksum: string;
  /** Left out when there is none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Something that happened to a Canary, as in its Kubernetes events. */
export interface CanaryEvent {
  readonly type: "Normal" | "Warning";
  readonly text: string;
  /** The phase that the event tells of, which may not be recorded yet. */
  readonly phase: Phase;
}

/** What a gate or a check is sent. `metadata` is the webhook's own. */
export function hookPayload(
  { metadata: { name, namespace = "" } }: Canary,
  phase: Phase,
  checksum: string,
  metadata: Readonly<Record<string, string>> = {},
): HookPayload {
  const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    name,
    namespace,
    phase,
    checksum,
    ...(entries.length > 0 && { metadata: Object.fromEntries(entries) }),
  };
}

/**
 * What a webhook of type event is sent. `at` is in milliseconds since the Unix epoch. `metadata` is the webhook's own
 * and cannot replace what tells of the event.
 */
export function eventPayload(
  canary: Canary,
  event: CanaryEvent,
  checksum: string,
  at: number,
  metadata: Readonly<Record<string, string>> = {},
): HookPayload {
  const told = { eventMessage: event.text, eventType: event.type, timestamp: String(at) };
  return hookPayload(canary, event.phase, checksum, { ...metadata, ...told });
}
