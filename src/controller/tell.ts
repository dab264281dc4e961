import type { AlertService, AlertTarget } from "../alerts/alert.ts";
import { alertFields } from "../alerts/fields.ts";
import { destinations } from "../alerts/route.ts";
import type { Destination } from "../alerts/route.ts";
import { sendAlert as send } from "../alerts/send.ts";
import { alertService } from "../alerts/services.ts";
import { targetOf } from "../alerts/target.ts";
import type { Canary } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { sourceName } from "../api/names.ts";
import type { Clock } from "../clock.ts";
import { callWebhook } from "../hooks/call.ts";
import { hookChecksum } from "../hooks/checksum.ts";
import { hookPayload } from "../hooks/payload.ts";
import type { Http } from "../http.ts";
import type { Alert, Effect } from "../release/step.ts";
import type { Cluster } from "./cluster.ts";
import { readSecret } from "./credentials.ts";
import type { Settings } from "./settings.ts";

/** Says something about a Canary: as an event, in the log and to event webhooks. */
export type Tell = (canary: Canary, event: Extract<Effect, { readonly kind: "event" }>) => void;

export interface TellContext {
  readonly http: Http;
  readonly clock: Clock;
  readonly cluster: Cluster;
  readonly settings: Settings;
  readonly tell: Tell;
}

interface Receiver {
  readonly service: AlertService;
  readonly target: AlertTarget;
}

/** Sends an alert to everybody who is to have it. Who cannot be reached is told of in an event. */
export async function sendAlert(context: TellContext, canary: Canary, { severity, text, facts }: Alert): Promise<void> {
  const { http, clock, settings, tell } = context;
  const fields = alertFields(canary, { clusterName: settings.clusterName, facts });
  const alert = { source: sourceName(canary), severity, text, fields };
  await Promise.all(
    destinations(canary, severity).map(async (destination) => {
      try {
        const receiver = await receiverAt(context, destination);
        if (receiver !== undefined) await send(http, clock, receiver.service, receiver.target, alert);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        tell(canary, { kind: "event", type: "Warning", text: `Alert to ${destination.key} could not be sent: ${why}` });
      }
    }),
  );
}

async function receiverAt(
  { cluster, settings: { notifier } }: TellContext,
  destination: Destination,
): Promise<Receiver | undefined> {
  if (destination.kind === "global") return notifier.kind === "on" ? notifier : undefined;
  const { namespace, name } = destination;
  const provider = cluster.alertProviders.get({ namespace, name });
  if (provider === undefined) throw new InvalidSpec(`alert provider ${name}.${namespace} does not exist`);
  const secret = provider.spec.secretRef?.name;
  const credentials = secret === undefined ? undefined : await readSecret(cluster, namespace, secret);
  return { service: alertService(provider.spec.type ?? ""), target: targetOf(provider, credentials) };
}

/** Asks the post-rollout hooks in order, until one fails. */
export async function callPostRollout(
  { http, clock, tell }: TellContext,
  canary: Canary,
  phase: "Succeeded" | "Failed",
): Promise<void> {
  const hooks = (canary.spec.analysis.webhooks ?? []).filter(({ type }) => type === "post-rollout");
  for (const hook of hooks) {
    const payload = hookPayload(canary, phase, hookChecksum(canary.status ?? {}), hook.metadata);
    const answer = await callWebhook(http, clock, { webhook: hook, payload });
    if (answer.kind === "failed") {
      tell(canary, { kind: "event", type: "Warning", text: `Post-rollout hook ${hook.name} failed ${answer.reason}` });
      return;
    }
    tell(canary, { kind: "event", type: "Normal", text: `Post-rollout check ${hook.name} passed` });
  }
}
