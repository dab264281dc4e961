import type { Webhook } from "../api/canary.ts";
import { parseDuration } from "../api/duration.ts";
import { InvalidSpec } from "../api/errors.ts";
import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { isHttpUrl, Unreachable, withoutCredentials } from "../http.ts";
import type { Http, HttpResponse } from "../http.ts";
import type { HookPayload } from "./payload.ts";

export type HookResult =
  | { readonly kind: "passed" }
  /** `reason` reads well after "check NAME failed". */
  | { readonly kind: "failed"; readonly reason: string };

/** What a webhook needs to be called: the Canary's own, or the operator's for events. */
export type CallableWebhook = Pick<Webhook, "name" | "url" | "timeout" | "retries" | "disableTLS">;

const defaultTimeoutMs = 10_000;
const longestBackoffMs = 30_000;
/** Characters of an answer that go into an event: its message may have 1024 (kubernetes.io/docs, Event v1). */
const longestReason = 1000;

/**
 * Posts the payload. An answer of up to 202 passes, after redirects. What may be a passing weakness (no answer, 429,
 * 5xx but 501) is tried again, `retries` times, after 1, 2, 4 ... 30 seconds; any other answer fails at once, and its
 * body says why. The timeout bounds each try. A webhook that cannot be called as it is written fails, too.
 */
export async function callWebhook(
  http: Http,
  clock: Clock,
  { webhook, payload }: { readonly webhook: CallableWebhook; readonly payload: HookPayload },
): Promise<HookResult> {
  if (!isHttpUrl(webhook.url)) return { kind: "failed", reason: "the URL is not an http or https URL" };
  const attempts = 1 + Math.max(0, webhook.retries ?? 0);
  for (let attempt = 1; ; attempt++) {
    const result = await tryOnce(http, webhook, JSON.stringify(payload));
    if (result.kind !== "unsettled") return result;
    if (attempt === attempts) {
      const url = withoutCredentials(webhook.url);
      return { kind: "failed", reason: `POST ${url} giving up after ${attempts} attempt(s): ${result.cause}` };
    }
    await sleep(clock, Math.min(1000 * 2 ** (attempt - 1), longestBackoffMs));
  }
}

type Try = HookResult | { readonly kind: "unsettled"; readonly cause: string };

async function tryOnce(http: Http, webhook: CallableWebhook, body: string): Promise<Try> {
  const { name, url, timeout = "", disableTLS = false } = webhook;
  try {
    const answer = await http({
      method: "POST",
      url,
      headers: { "content-type": "application/json" },
      body,
      timeoutMs: timeoutMs(timeout),
      insecureSkipVerify: disableTLS,
      followRedirects: true,
    });
    return judge(answer);
  } catch (error) {
    if (error instanceof Unreachable) return { kind: "unsettled", cause: `webhook ${name}: ${error.why}` };
    if (error instanceof InvalidSpec) return { kind: "failed", reason: error.message };
    throw error;
  }
}

function judge({ status, body }: HttpResponse): Try {
  if (status <= 202) return { kind: "passed" };
  const text = body.length > longestReason ? `${body.slice(0, longestReason)}...` : body;
  const mayRecover = status === 429 || (status >= 500 && status !== 501);
  if (mayRecover) return { kind: "unsettled", cause: `status ${status}${text === "" ? "" : `: ${text}`}` };
  return { kind: "failed", reason: text === "" ? `status ${status}` : text };
}

/** As in Flagger, a text of less than two characters means the default; so does a timeout of nothing. */
function timeoutMs(text: string): number {
  const ms = text.length < 2 ? 0 : parseDuration(text);
  return ms > 0 ? ms : defaultTimeoutMs;
}
