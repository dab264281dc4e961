import type { Canary, CanaryStatus } from "../api/canary.ts";
import { failedChecks as failures, iteration, phase as phaseLine, weights } from "../narration.ts";
import type { Line } from "../narration.ts";

/** What is new in a Canary, for people to read: its phase, the iterations done, where requests go. */
export function narrate(canary: Canary, before: CanaryStatus = {}): readonly Line[] {
  const { name } = canary.metadata;
  const { phase = "", iterations = 0, failedChecks = 0, canaryWeight = 0 } = canary.status ?? {};
  const lines: Line[] = [];
  if (phase !== (before.phase ?? "")) lines.push(phaseLine(phase));
  if (phase === "Progressing" && iterations > (before.iterations ?? 0)) {
    lines.push(iteration(iterations, canary.spec.analysis.iterations ?? iterations));
  }
  if (failedChecks > (before.failedChecks ?? 0))
    lines.push(failures(failedChecks, canary.spec.analysis.threshold ?? 1));
  if (canaryWeight !== (before.canaryWeight ?? 0)) lines.push({ tone: "plain", text: weights(canaryWeight) });
  return lines.map(({ tone, text }) => ({ tone, text: `${name}  ${text}` }));
}

/** What was used in so many seconds. `cpu` in seconds, `rss` in bytes. */
export function usage(
  what: string,
  seconds: number,
  parts: Readonly<Record<string, { cpu: number; rss: number }>>,
): Line {
  const texts = Object.entries(parts).map(([name, { cpu, rss }]) => {
    return `${name} ${((cpu / seconds) * 100).toFixed(0)} % of a core, ${(rss / 1e6).toFixed(0)} MB`;
  });
  return { tone: "faint", text: `${what}: ${texts.join("; ")}` };
}

interface SlackMessage {
  readonly channel?: string;
  readonly attachments?: readonly {
    readonly color?: string;
    readonly author_name?: string;
    readonly text?: string;
    readonly fields?: readonly { readonly title: string; readonly value: string }[];
  }[];
}

/** What Slack would show of a message that was posted to it. */
export function slack(body: string): readonly Line[] {
  const { channel = "", attachments = [] } = JSON.parse(body) as SlackMessage;
  return attachments.flatMap(({ color, author_name = "", text = "", fields = [] }) => [
    { tone: color === "danger" ? "bad" : "good", text: `Slack #${channel}  ${author_name}: ${text}` } as const,
    ...fields.map(({ title, value }): Line => ({ tone: "faint", text: `        ${title}: ${value}` })),
  ]);
}
