import type { Canary } from "../api/canary.ts";
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

/** Tells all of them at once, and gives back why some could not be told, for the log. */
export async function sendEvent(
  http: Http,
  clock: Clock,
  context: EventContext,
  event: CanaryEvent,
): Promise<readonly string[]> {
  const { canary, checksum } = context;
  const now = clock.now();
  const results = await Promise.all(
    eventWebhooks(context).map((webhook) =>
      callWebhook(http, clock, { webhook, payload: eventPayload(canary, event, checksum, now, webhook.metadata) }),
    ),
  );
  return results.flatMap((result) => (result.kind === "failed" ? [result.reason] : []));
}

/** Who is told of a Canary's events: its own webhooks of type event, else the operator's. */
function eventWebhooks({ canary, globalUrl }: EventContext): readonly EventWebhook[] {
  const own = (canary.spec.analysis.webhooks ?? []).filter(({ type }) => type === "event");
  return own.length > 0 || globalUrl === "" ? own : [{ name: "events", url: globalUrl }];
}
