import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { Unreachable } from "../http.ts";
import type { Http } from "../http.ts";
import type { Alert, AlertService, AlertTarget } from "./alert.ts";

/** The chat service did not take the alert. The message shows of its URL, which may be a secret, only the host. */
export class AlertNotSent extends Error {
  override readonly name = "AlertNotSent";
}

const timeoutMs = 5_000;
const attempts = 3;
/** Characters of an answer that go into the log. */
const longestReason = 1000;

/**
 * Posts the alert; does nothing when the target has no URL. No answer, 429 and 5xx are tried again, after 1 and 2
 * seconds.
 * @throws AlertNotSent when the last answer is none or not 2xx
 */
export async function sendAlert(
  http: Http,
  clock: Clock,
  service: AlertService,
  target: AlertTarget,
  alert: Alert,
): Promise<void> {
  if (target.url === "") return;
  for (let attempt = 1; ; attempt++) {
    const result = await tryOnce(http, service, target, alert);
    if (result.kind === "sent") return;
    if (attempt === attempts || !result.mayRecover) {
      const host = URL.parse(target.url)?.host ?? "its URL";
      throw new AlertNotSent(`alert not sent to ${service.type} at ${host}: ${result.why}`);
    }
    await sleep(clock, 1000 * attempt);
  }
}

type Try = { readonly kind: "sent" } | { readonly kind: "refused"; readonly why: string; readonly mayRecover: boolean };

async function tryOnce(http: Http, service: AlertService, target: AlertTarget, alert: Alert): Promise<Try> {
  try {
    const { status, body } = await http({
      method: "POST",
      url: service.url(target),
      headers: { "content-type": "application/json", ...service.headers(target) },
      body: JSON.stringify(service.body(alert, target)),
      timeoutMs,
      followRedirects: true,
      ...(target.proxy !== undefined && { proxy: target.proxy }),
    });
    if (status >= 200 && status < 300) return { kind: "sent" };
    const why = `status ${status}${body === "" ? "" : `: ${body.slice(0, longestReason)}`}`;
    return { kind: "refused", why, mayRecover: status === 429 || status >= 500 };
  } catch (error) {
    if (error instanceof Unreachable) return { kind: "refused", why: error.why, mayRecover: true };
    throw error;
  }
}
