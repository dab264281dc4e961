import type { Canary, CanaryStatus, MetricCheck } from "../api/canary.ts";

/** How a line is meant: colours come from it on a terminal. */
export type Tone = "plain" | "good" | "bad" | "faint";

/** One line of what the playground tells of a release. */
export interface Line {
  readonly tone: Tone;
  readonly text: string;
}

const barLength = 20;

/** What is new in a Canary, for people to read: its phase, the iterations done, where requests go. */
export function narrate(canary: Canary, before: CanaryStatus = {}): readonly Line[] {
  const { name } = canary.metadata;
  const { phase = "", iterations = 0, failedChecks = 0, canaryWeight = 0 } = canary.status ?? {};
  const lines: Line[] = [];
  const say = (tone: Tone, text: string): void => {
    lines.push({ tone, text: `${name}  ${text}` });
  };
  if (phase !== (before.phase ?? "")) say(toneOf(phase), phase);
  if (phase === "Progressing" && iterations > (before.iterations ?? 0)) {
    say("plain", `iteration ${iterations} of ${canary.spec.analysis.iterations ?? iterations}`);
  }
  if (failedChecks > (before.failedChecks ?? 0)) {
    say("bad", `failed checks: ${failedChecks} of ${canary.spec.analysis.threshold ?? 1} allowed`);
  }
  if (canaryWeight !== (before.canaryWeight ?? 0)) say("plain", weights(canaryWeight));
  return lines;
}

/** `primary 70 % ██████████████░░░░░░ 30 % canary`. `canary` in percent. */
export function weights(canary: number): string {
  const filled = Math.round(((100 - canary) / 100) * barLength);
  return `primary ${100 - canary} % ${"█".repeat(filled)}${"░".repeat(barLength - filled)} ${canary} % canary`;
}

/** A metric's value beside its limits. `value` in percent, in seconds for durations, or what the user's query counts. */
export function check({ name, threshold, thresholdRange }: MetricCheck, value: number): Line {
  const duration = name === "request-duration";
  const rate = name === "request-success-rate";
  const unit = duration ? " ms" : rate ? " %" : "";
  const measured = duration ? value * 1000 : value;
  const { min, max } = thresholdRange ?? (rate ? { min: threshold ?? 0 } : { max: threshold ?? 0 });
  const passed = (min === undefined || measured >= min) && (max === undefined || measured <= max);
  const limits = [
    ...(min === undefined ? [] : [`at least ${min}${unit}`]),
    ...(max === undefined ? [] : [`at most ${max}${unit}`]),
  ];
  return { tone: passed ? "good" : "bad", text: `check ${name}: ${round(measured)}${unit} (${limits.join(", ")})` };
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

function toneOf(phase: string): Tone {
  if (phase === "Failed") return "bad";
  return phase === "Succeeded" || phase === "Initialized" ? "good" : "plain";
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
