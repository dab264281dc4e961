import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from "kubernetes-types/autoscaling/v2.d.ts";

/** What an autoscaler remembers: what it would have liked, and how it has scaled. Times in ms since the epoch. */
export interface ScalingMemory {
  readonly wishes: readonly { readonly at: number; readonly replicas: number }[];
  readonly changes: readonly { readonly at: number; readonly by: number }[];
}

export interface Wish {
  readonly current: number;
  /** What the metrics ask for. */
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  readonly behavior: HorizontalPodAutoscalerBehavior | undefined;
  readonly now: number;
}

/** What is left of a wish, and how the conditions AbleToScale and ScalingLimited say so. */
export interface Granted {
  readonly replicas: number;
  readonly able: Explanation;
  readonly limited: Explanation & { readonly status: "True" | "False" };
}

export interface Explanation {
  readonly reason: string;
  readonly message: string;
}

/** How long the highest wish counts before fewer replicas are given, unless the behaviour says otherwise. */
const usualWindowMs = 300_000;

export const nothing: ScalingMemory = { wishes: [], changes: [] };

/** Steadies a wish by those before it, then holds it to the rates of the behaviour, and to the minimum and maximum. */
export function grant(wish: Wish, memory: ScalingMemory): Granted {
  const steady = stabilize(wish, memory);
  const limit = wish.behavior === undefined ? usualLimit(wish, steady) : behaviorLimit(wish, memory, steady);
  const able =
    steady === wish.desired
      ? { reason: "ReadyForNewScale", message: "recommended size matches current size" }
      : stabilized(wish);
  return {
    replicas: limit.replicas,
    able,
    limited: { status: limit.replicas === steady ? "False" : "True", reason: limit.reason, message: limit.message },
  };
}

/** The memory with this wish, and the change that came of it, and without what can count no more. */
export function remember(wish: Wish, memory: ScalingMemory, replicas: number): ScalingMemory {
  const { current, desired, now, behavior } = wish;
  const longest = Math.max(windowMs(behavior?.scaleUp, 0), windowMs(behavior?.scaleDown, usualWindowMs));
  const periods = [behavior?.scaleUp, behavior?.scaleDown].flatMap((rules) =>
    (rules?.policies ?? []).map(({ periodSeconds }) => 1000 * periodSeconds),
  );
  const wishes = memory.wishes.filter(({ at }) => at >= now - longest);
  const changes = memory.changes.filter(({ at }) => at >= now - Math.max(0, ...periods));
  return {
    wishes: [...wishes, { at: now, replicas: desired }],
    changes: replicas === current ? changes : [...changes, { at: now, by: replicas - current }],
  };
}

/** Fewer replicas only when nobody has wished for more within the window; more likewise. */
function stabilize({ current, desired, behavior, now }: Wish, { wishes }: ScalingMemory): number {
  const within = (ms: number): readonly number[] =>
    wishes.filter(({ at }) => at > now - ms).map(({ replicas }) => replicas);
  return behavior !== undefined && desired >= current
    ? Math.min(desired, ...within(windowMs(behavior.scaleUp, 0)))
    : Math.max(desired, ...within(windowMs(behavior?.scaleDown, usualWindowMs)));
}

function stabilized({ current, desired, behavior }: Wish): Explanation {
  const [way, were, which] =
    behavior !== undefined && desired >= current ? ["Up", "lower", "lowest"] : ["Down", "higher", "highest"];
  return {
    reason: `Scale${way}Stabilized`,
    message: `recent recommendations were ${were} than current one, applying the ${which} recent recommendation`,
  };
}

type Limit = Explanation & { readonly replicas: number };

const faster = (way: string): string => `the desired replica count is ${way} faster than the maximum scale rate`;
const tooMany = {
  reason: "TooManyReplicas",
  message: "the desired replica count is more than the maximum replica count",
};
const tooFew = {
  reason: "TooFewReplicas",
  message: "the desired replica count is less than the minimum replica count",
};
const inRange = { reason: "DesiredWithinRange", message: "the desired count is within the acceptable range" };

/** Without a behaviour: at most twice as many as now, or 4, at a time. */
function usualLimit({ current, min, max }: Wish, wanted: number): Limit {
  const fastest = Math.max(2 * current, 4);
  const most = Math.min(max, fastest);
  if (wanted < min) return { replicas: min, ...tooFew };
  if (wanted <= most) return { replicas: wanted, ...inRange };
  return { replicas: most, ...(max > fastest ? { reason: "ScaleUpLimit", message: faster("increasing") } : tooMany) };
}

function behaviorLimit({ current, min, max, behavior, now }: Wish, { changes }: ScalingMemory, wanted: number): Limit {
  if (wanted > current) {
    const fastest = Math.max(current, rateLimit(current, behavior?.scaleUp, changes, now, 1));
    const most = Math.min(max, fastest);
    if (wanted <= most) return { replicas: wanted, ...inRange };
    return { replicas: most, ...(max > fastest ? { reason: "ScaleUpLimit", message: faster("increasing") } : tooMany) };
  }
  if (wanted < current) {
    const fastest = Math.min(current, rateLimit(current, behavior?.scaleDown, changes, now, -1));
    const least = Math.max(min, fastest);
    if (wanted >= least) return { replicas: wanted, ...inRange };
    return {
      replicas: least,
      ...(min < fastest ? { reason: "ScaleDownLimit", message: faster("decreasing") } : tooFew),
    };
  }
  return { replicas: wanted, ...inRange };
}

/** As far as the policies go from what there was when their periods began: the farthest of them, or the nearest. */
function rateLimit(
  current: number,
  rules: HPAScalingRules | undefined,
  changes: ScalingMemory["changes"],
  now: number,
  way: 1 | -1,
): number {
  if (rules?.selectPolicy === "Disabled") return current;
  const reaches = (rules?.policies ?? []).map(({ type, value, periodSeconds }) => {
    const recent = changes.filter(({ at, by }) => at > now - 1000 * periodSeconds && Math.sign(by) === way);
    const before = current - recent.reduce((sum, { by }) => sum + by, 0);
    if (type === "Pods") return before + way * value;
    const part = Number((before * (1 + (way * value) / 100)).toPrecision(12));
    return way === 1 ? Math.ceil(part) : Math.trunc(part);
  });
  const isFarthest = rules?.selectPolicy !== "Min";
  return isFarthest === (way === 1) ? Math.max(...reaches) : Math.min(...reaches);
}

function windowMs(rules: HPAScalingRules | undefined, usual: number): number {
  return rules?.stabilizationWindowSeconds === undefined ? usual : 1000 * rules.stabilizationWindowSeconds;
}
