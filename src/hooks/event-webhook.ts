import type { Canary } from "../api/canary.ts";
import { sourceName } from "../api/names.ts";
import type { Clock } from "../clock.ts";
import type { Http } from "../http.ts";
import { callWebhook } from "./call.ts";
import type { CallableWebhook } from "./call.ts";
import { eventPayload } from "./payload.ts";
import type { CanaryEvent } from "./payload.ts";

type EventWebhook = CallableWebhook & { readonly metadata?: Readonly<Record<string, string>> };

/** The operator's event webhook and one Canary's situation. */
export interface EventContext {
  readonly canary: Canary;
  /** See `hookChecksum`. */
  readonly checksum: string;
  /** URL that gets the events of all Canaries that have no event webhook of their own; empty for none. */
  readonly globalUrl: string;
}

/**
 * Tells all of them at once, and gives back why some could not be told, for the log. `at` is when it happened, in
 * milliseconds since the Unix epoch.
 */
async function sendEvent(
  http: Http,
  clock: Clock,
  context: EventContext,
  event: CanaryEvent,
  at = clock.now(),
): Promise<readonly string[]> {
  const { canary, checksum } = context;
  const results = await Promise.all(
    eventWebhooks(context).map((webhook) =>
      callWebhook(http, clock, { webhook, payload: eventPayload(canary, event, checksum, at, webhook.metadata) }),
    ),
  );
  return results.flatMap((result) => (result.kind === "failed" ? [result.reason] : []));
}

/** As `sendEvent`, but that one Canary's events are told one after another, in the order in which they happened. */
export function createEventSender(
  http: Http,
  clock: Clock,
): (context: EventContext, event: CanaryEvent) => Promise<readonly string[]> {
  const last = new Map<string, Promise<unknown>>();
  return (context, event) => {
    const source = sourceName(context.canary);
    const at = clock.now();
    const told = (last.get(source) ?? Promise.resolve()).then(() => sendEvent(http, clock, context, event, at));
    const done = told
      .catch(() => undefined)
      .then(() => {
        if (last.get(source) === done) last.delete(source);
      });
    last.set(source, done);
    return told;
  };
}

/** Who is told of a Canary's events: its own webhooks of type event, else the operator's. */
function eventWebhooks({ canary, globalUrl }: EventContext): readonly EventWebhook[] {
  const own = (canary.spec.analysis.webhooks ?? []).filter(({ type }) => type === "event");
  return own.length > 0 || globalUrl === "" ? own : [{ name: "events", url: globalUrl }];
}
