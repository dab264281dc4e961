import type { DeploymentStrategy } from "kubernetes-types/apps/v1.d.ts";
import type { Analysis } from "../../api/canary.ts";
import { canaries } from "../../api/canary.ts";
import type { Clock } from "../../clock.ts";
import { NotFound } from "../../kubernetes/errors.ts";
import { deployments, horizontalPodAutoscalers, services } from "../../kubernetes/resources.ts";
import { kinds } from "../../simulator/controllers/kinds.ts";
import type { DeploymentObject } from "../../simulator/controllers/kinds.ts";
import { autoscalerOf, autoscalerRef, busyCores, canaryOf, deploymentOf, setImage } from "../podinfo.ts";
import { openStage } from "../stage.ts";
import type { Operator, OperatorOptions } from "../stage.ts";
import { watchInvariants } from "./invariants.ts";
import type { Violation } from "./invariants.ts";
import { mishaps } from "./plan.ts";
import type { Deed, Plan, Verdict } from "./plan.ts";
import { strategies } from "./strategies.ts";

/** Makes what decides for one operator. */
export type Decider = () => NonNullable<OperatorOptions["decide"]>;

/** What came of a plan. */
export interface Outcome {
  readonly violations: readonly Violation[];
  /** Writes of all operators. */
  readonly writes: number;
  /** Phase of the Canary and revision of the primary in the end. */
  readonly end: string;
  /** See `Stage.story`. */
  readonly story: readonly string[];
}

const key = { namespace: "test", name: "podinfo" };
/** Long enough for everything that has a deadline, several times. */
const quietMs = 8 * 60_000;
const restartMs = 1000;
const podMs = 3000;
/** After a watch breaks, the longest pause before another begins. */
const reconnectMs = 1500;

/**
 * Plays a plan to its end on a cluster of its own, and checks the invariants after every write. `decide` takes the place
 * of the operator's own decisions.
 */
export async function play(plan: Plan, decide?: Decider): Promise<Outcome> {
  const { spec, analysis, checks, deployment } = strategies[plan.strategy] ?? unknown(plan.strategy);
  const deeds = new Set(plan.deeds.map(({ deed }) => deed.kind));
  const { lateSeconds, twice } = plan.hearing;
  const deafSeconds = plan.deeds.map(({ deed }) => (deed.kind === "watches fall silent" ? deed.seconds : 0));
  const lateMs = Math.max(lateSeconds, ...deafSeconds) * 1000;
  /** A revision that comes while users are on the target stops all its pods at once. */
  const isHeldUp = Object.values(plan.mishaps).some((name) => !name.startsWith("crash"));
  const isCutOff = deployment !== undefined && (plan.deeds.length > 1 || isHeldUp);
  let hooks: number | "nothing" = 200;
  let skewMs = 0;
  let silences = 0;
  let hearsAgainAt = 0;
  const doubtful: number[] = [];
  let writes = 0;
  let isCrashDue = false;
  let operator: Operator | undefined;

  const stage = await openStage({
    pace: ({ metadata, spec }) => {
      const each = revisionOf(spec?.containers[0]?.image);
      const isPrimary = metadata.labels?.["app"] === "podinfo-primary";
      return plan.broken.includes(each) || (isPrimary && plan.brokenInPrimary.includes(each)) ? "never" : podMs;
    },
    hook: (name) => (name === "rollback" ? 404 : hooks),
    successRate: () => {
      const verdict = plan.verdicts[revision] ?? "good";
      for (const each of new Set([revision, ...doubtful])) watched.checked(`podinfo:${each}`, verdict === "good");
      return answerOf(verdict);
    },
    slack: (text) => {
      watched.alerted(text);
      return 200;
    },
    usage: () => ({ cpu: (busyCores * (plan.busy ?? 0)) / 100 }),
  });
  let revision = 1;
  const watched = watchInvariants(stage, {
    checks,
    pods: deeds.has("scale") || plan.busy !== undefined ? undefined : 2,
    broken: plan.broken.map((each) => `podinfo:${each}`),
    brokenInPrimary: plan.brokenInPrimary.map((each) => `podinfo:${each}`),
    lateMs,
    podsGo: deeds.has("pod dies") || deeds.has("pod is not ready") || deeds.has("scale") || isCutOff,
  });
  const { clock, user, api } = stage;
  const own: Clock = { ...clock, now: () => clock.now() + skewMs };

  const start = (isFirst = true): Operator =>
    stage.start({
      clock: own,
      ...(decide !== undefined && { decide: decide() }),
      ...(lateMs > 0 || twice ? { hearing: { lateMs: lateSeconds * 1000, twice, isLost: () => silences > 0 } } : {}),
      mishap: ({ method }) => {
        if (isCrashDue) {
          isCrashDue = false;
          return "crash before";
        }
        const name = method === "GET" ? undefined : plan.mishaps[++writes];
        if (name === undefined) return undefined;
        watched.disturbed();
        return mishaps[name];
      },
      onCrash: () => {
        watched.disturbed();
        if (!isFirst) return;
        clock.after(restartMs, () => {
          operator = start();
        });
      },
    });

  /** After a silence the operator may take the revision before for the present one until its watches are back. */
  function doubt(before: number): void {
    doubtful.push(before);
    clock.after(reconnectMs + lateSeconds * 1000, () => {
      doubtful.shift();
    });
  }

  async function perform(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case "image":
        // Metrics are those of the revision before until the operator can know better.
        clock.after(Math.max(lateSeconds * 1000, hearsAgainAt - clock.now()), () => {
          if (deafSeconds.some((seconds) => seconds > 0)) doubt(revision);
          revision = deed.revision;
        });
        return setImage(user, `podinfo:${deed.revision}`);
      case "suspend":
      case "resume":
        return respecify({ suspend: deed.kind === "suspend" });
      case "threshold":
        return respecify({ analysis: { threshold: deed.to } });
      case "delete":
        return user.delete(canaries, key);
      case "scale":
        await user.patch(deployments, key, { type: "merge", body: { spec: { replicas: deed.replicas } } });
        return;
      case "pod dies":
      case "pod is not ready":
        return harm(deed);
      case "watches break":
        operator?.breakWatches();
        return;
      case "watches fall silent":
        hearsAgainAt = Math.max(hearsAgainAt, clock.now() + deed.seconds * 1000);
        silences++;
        clock.after(deed.seconds * 1000, () => {
          if (--silences === 0) operator?.breakWatches();
        });
        return;
      case "history is lost":
        api.compact();
        operator?.breakWatches();
        return;
      case "crash":
        isCrashDue = true;
        return;
      case "clock jumps":
        skewMs += deed.seconds * 1000;
        return;
      case "second operator": {
        const second = start(false);
        watched.accompanied(1);
        clock.after(deed.seconds * 1000, () => {
          watched.accompanied(-1);
          watched.disturbed();
          void second.stop();
        });
        return;
      }
      case "hooks answer":
        hooks = deed.status;
        clock.after(deed.seconds * 1000, () => {
          hooks = 200;
        });
    }
  }

  async function respecify(body: object): Promise<void> {
    await user.patch(canaries, key, { type: "merge", body: { spec: body } });
  }

  /** One pod of a Deployment, if there is any. */
  async function harm({ kind, of }: Deed & { readonly of: string }): Promise<void> {
    const { items } = await user.list(kinds.pods, { namespace: "test", labelSelector: `app=${of}` });
    const [first] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (first === undefined) return;
    if (kind === "pod dies") stage.pods.crash(first.metadata.name);
    else {
      stage.pods.setReady(first.metadata.name, false);
      clock.after(5000, () => {
        stage.pods.setReady(first.metadata.name, true);
      });
    }
  }

  await user.create(deployments, impatient(deploymentOf({}), deployment ?? {}));
  await user.create(services, { metadata: key, spec: { selector: { app: "podinfo" }, ports: [{ port: 9898 }] } });
  if (plan.busy !== undefined) await user.create(horizontalPodAutoscalers, autoscalerOf(4));
  await clock.advance(2 * podMs);
  operator = start();
  const released: Analysis = { interval: "10s", threshold: 2, metrics: [successRate], ...analysis };
  const scaled = plan.busy === undefined ? {} : { autoscalerRef };
  const whole = { ...spec, ...scaled, progressDeadlineSeconds: 60, revertOnDeletion: true, analysis: released };
  await user.create(canaries, canaryOf({}, whole));
  await clock.advance(20_000);
  for (const { afterSeconds, deed } of plan.deeds) {
    await clock.advance(afterSeconds * 1000);
    await perform(deed).catch(ignoreMissing);
  }
  await clock.advance(60_000);
  if (deeds.has("suspend")) await perform({ kind: "resume" }).catch(ignoreMissing);
  await clock.advance(quietMs);
  watched.settled();
  const { status } = await user.get(canaries, key).catch(() => ({ status: undefined }));
  const primary = await user.get(deployments, { ...key, name: "podinfo-primary" }).catch(() => undefined);
  const end = `${status?.phase ?? "gone"} with ${primary?.spec?.template.spec?.containers[0]?.image ?? "no primary"}`;
  stage.close();
  return { violations: watched.violations, writes, end, story: stage.story };
}

const successRate = { name: "request-success-rate", interval: "1m", thresholdRange: { min: 99 } };

/** With a minute to make progress. */
function impatient({ metadata, spec }: DeploymentObject, strategy: DeploymentStrategy): DeploymentObject {
  const { selector = {}, template = {}, ...rest } = spec ?? {};
  return { metadata, spec: { ...rest, selector, template, strategy, progressDeadlineSeconds: 60 } };
}

function answerOf(verdict: Verdict): number | Exclude<Verdict, "good" | "bad"> {
  switch (verdict) {
    case "good":
      return 100;
    case "bad":
      return 0;
    case "no values":
    case "no sense":
    case "an error":
    case "nothing":
      return verdict;
  }
}

function revisionOf(image = ""): number {
  return Number(image.replace(/.*:/, ""));
}

function unknown(strategy: string): never {
  throw new Error(`there is no strategy ${strategy}`);
}

/** What somebody deleted cannot be changed any more. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof NotFound)) throw error;
}
