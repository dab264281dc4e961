import type { Canary, MetricCheck, Webhook } from "../../api/canary.ts";
import { sourceName } from "../../api/names.ts";
import { limitsOf } from "../../narration.ts";
import type { RehearsalEvent } from "./happening.ts";
import { play } from "./play.ts";
import type { Moment } from "./recorder.ts";
import type { Scene } from "./scene.ts";
import type { Value } from "./series.ts";
import { outcomeOf, worstMoment, worstOf } from "./summary.ts";
import type { Summary } from "./summary.ts";
import { settledFrom, valueNow } from "./values.ts";
import type { Values } from "./values.ts";
import { typeOf } from "./world.ts";
import type { Question } from "./world.ts";

/** What a release meets. */
export interface Circumstances {
  readonly podStartupMs: number;
  readonly intervalFloorMs: number;
  /** What metrics say, by name, with times from the beginning of the analysis. Others are as good as can be. */
  readonly metrics: ReadonlyMap<string, Values>;
  /** The HTTP statuses of webhooks by name. Others let the release pass. */
  readonly hooks: ReadonlyMap<string, number>;
  /** When every check fails in the second release; undefined for the worst moment. */
  readonly failAtMs: number | undefined;
}

/** One release, and how a bad one would go. */
export interface Rehearsal {
  /** `NAME.NAMESPACE` */
  readonly canary: string;
  readonly madeUp: readonly string[];
  readonly events: readonly RehearsalEvent[];
  readonly summary: Summary;
}

/**
 * Plays a release, and a second one whose checks fail when that is worst.
 * @throws BadInput
 */
export async function rehearse(
  scene: Scene,
  questions: readonly Question[],
  circumstances: Circumstances,
): Promise<Rehearsal> {
  const { canary, madeUp } = scene;
  const { metrics, failAtMs } = circumstances;
  const hook = (webhook: Webhook): number => {
    return circumstances.hooks.get(webhook.name) ?? (typeOf(webhook) === "rollback" ? 404 : 200);
  };
  const given = (check: MetricCheck, moment: Moment): Value => {
    const values = metrics.get(check.name);
    return values === undefined ? bestOf(check) : valueNow(values, moment);
  };
  const lastChange = Math.max(0, ...[...metrics.values()].map(settledFrom));
  const setting = { scene, questions, ...circumstances, hook };
  const isSettled = ({ analysed }: Moment): boolean => analysed >= lastChange;
  const events = await play({ ...setting, metric: given, isSteady: isSettled });
  const ideal = metrics.size === 0 ? events : await play({ ...setting, metric: bestOf, isSteady: () => true });
  const badAt = failAtMs === undefined ? worstMoment(ideal) : failAtMs / 1000;
  // What was asked just before users were moved has let them be moved.
  const isBad = ({ at }: Moment): boolean => (failAtMs === undefined ? at > badAt : at >= badAt);
  const bad = await play({
    ...setting,
    hook: (webhook, moment) => (isTest(webhook) && isBad(moment) ? 400 : hook(webhook)),
    metric: (check, moment) => (isBad(moment) ? "empty" : bestOf(check)),
    isSteady: isBad,
  });
  const summary = { ...outcomeOf(events), worst: worstOf(bad, badAt) };
  return { canary: sourceName(canary), madeUp, events, summary };
}

/** Gates are people's: only tests can find out that a revision is bad. */
function isTest(webhook: Webhook): boolean {
  return ["pre-rollout", "rollout"].includes(typeOf(webhook));
}

/** The best value within a metric's limits. */
function bestOf(check: MetricCheck): number {
  const { min = -Infinity, max = Infinity } = limitsOf(check);
  const ideal = check.name === "request-success-rate" ? 100 : 0;
  return Math.max(min, Math.min(max, ideal));
}

/** The names by which values and statuses can be given. */
export function namesIn(canaries: readonly Canary[]): {
  readonly metrics: ReadonlySet<string>;
  readonly hooks: ReadonlySet<string>;
} {
  const analyses = canaries.map(({ spec }) => spec.analysis);
  return {
    metrics: new Set(analyses.flatMap(({ metrics = [] }) => metrics.map(({ name }) => name))),
    hooks: new Set(analyses.flatMap(({ webhooks = [] }) => webhooks.map(({ name }) => name))),
  };
}
