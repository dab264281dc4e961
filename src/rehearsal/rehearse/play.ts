import { resolveAnalysis } from "../../api/analysis.ts";
import { canaries } from "../../api/canary.ts";
import type { Canary, MetricCheck, Webhook } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { targetName } from "../../api/names.ts";
import { routeKinds } from "../../controller/observe.ts";
import type { Settings } from "../../controller/settings.ts";
import { AlreadyExists, ApiError } from "../../kubernetes/errors.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { deployments } from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import { kinds } from "../../simulator/controllers/kinds.ts";
import { customResourceDefinitions, definitionOf } from "../cluster.ts";
import { openStage, usualSettings } from "../stage.ts";
import type { Stage } from "../stage.ts";
import { BadInput } from "./bad-input.ts";
import type { RehearsalEvent } from "./happening.ts";
import { createRecorder } from "./recorder.ts";
import type { Moment, Recorder } from "./recorder.ts";
import { resourceOf } from "./scene.ts";
import type { Scene } from "./scene.ts";
import type { Value } from "./series.ts";
import { createWorld, withMarks } from "./world.ts";
import type { Question } from "./world.ts";

export interface PlayOptions {
  readonly scene: Scene;
  readonly questions: readonly Question[];
  /** How long pods take to become ready. */
  readonly podStartupMs: number;
  /** The shortest interval between two analyses. */
  readonly intervalFloorMs: number;
  readonly hook: (hook: Webhook, moment: Moment) => number;
  readonly metric: (metric: MetricCheck, moment: Moment) => Value;
  /** Whether the answers of hooks and metrics stay as they are from this moment on. */
  readonly isSteady: (moment: Moment) => boolean;
}

const stepMs = 1000;
const selectorLabels = ["app", "name", "app.kubernetes.io/name"];

/**
 * Plays the release of one new revision by the whole operator in virtual time, from the change of the workload until its
 * end, or until nothing can be expected any more.
 * @throws BadInput when the cluster refuses an object, or the Canary does not even become initialized
 */
export async function play(options: PlayOptions): Promise<readonly RehearsalEvent[]> {
  const { scene, questions, podStartupMs, intervalFloorMs, isSteady } = options;
  const { canary, source } = scene;
  if (canary.spec.suspend === true) {
    throw new BadInput(`${source}: spec.suspend: must be unset, nothing is released before that`);
  }
  const analysis = resolveAnalysis(canary, canary.spec.provider ?? "kubernetes", intervalFloorMs);
  const deadlineMs = (canary.spec.progressDeadlineSeconds ?? 600) * 1000;
  const recorder: Recorder = createRecorder({ canary, analysis, now: () => stage.clock.now() });
  const { moment, status, tell, still } = recorder;
  const outside = createWorld({
    canary,
    questions,
    answers: {
      hook: (hook) => options.hook(hook, moment()),
      metric: (metric) => options.metric(metric, moment()),
    },
    alert: () => status().run?.pending?.alert,
    tell,
  });
  const stage: Stage = await openStage({ pace: () => podStartupMs, outside });
  const { api, clock, user } = stage;
  api.onWrite(({ type, object }) => {
    if (type !== "DELETED") recorder.see(object);
  });
  const settings = { ...usualSettings, selectorLabels, intervalFloorMs };
  await define(stage, scene, settings);
  stage.start({ settings });

  await create(stage, scene);
  for (let waitedMs = 0; status().phase !== "Initialized"; waitedMs += stepMs) {
    if (waitedMs > deadlineMs + podStartupMs) {
      throw new BadInput(`${source}: it does not become initialized: ${recorder.said()}`);
    }
    await clock.advance(stepMs);
  }
  // The target's pods go, and somebody is told.
  await clock.advance(stepMs);

  recorder.begin();
  const key = { namespace: canary.metadata.namespace ?? "", name: targetName(canary) };
  const body = { spec: { template: { metadata: { annotations: { "headgate.dev/rehearsed": "true" } } } } };
  await user.patch(deployments, key, { type: "merge", body });
  while (!isOver(recorder) && mayMove()) await clock.advance(stepMs);
  await clock.advance(podStartupMs + stepMs);
  return recorder.events();

  /** Whether more can be expected: after three analyses without news only if what they ask will change. */
  function mayMove(): boolean {
    const { ms, asked } = still();
    return asked && isSteady(moment())
      ? ms <= 3 * analysis.intervalMs
      : ms <= Math.max(10 * analysis.intervalMs, deadlineMs + podStartupMs);
  }
}

/** Whether the release has ended, and everybody was told. */
function isOver({ status, events }: Recorder): boolean {
  const { phase, run } = status();
  const ended = phase === "Succeeded" || phase === "Failed";
  return ended && run?.pending === undefined && events().some(({ kind }) => kind === "phase");
}

/** Lets the cluster serve the kinds that not every cluster has. */
async function define({ user }: Stage, { canary, source }: Scene, settings: Settings): Promise<void> {
  for (const resource of kindsFor(canary, source, settings)) {
    if (resource.origin === undefined) continue;
    await user.create(customResourceDefinitions, definitionOf(resource)).catch((error: unknown) => {
      if (!(error instanceof AlreadyExists)) throw error;
    });
  }
}

function kindsFor(canary: Canary, source: string, settings: Settings): readonly Resource[] {
  try {
    return routeKinds(canary, settings);
  } catch (error) {
    throw error instanceof InvalidSpec ? new BadInput(`${source}: ${error.message}`, { cause: error }) : error;
  }
}

async function create({ user }: Stage, { canary, objects, source }: Scene): Promise<void> {
  const namespaces = new Set(
    [canary, ...objects.map(({ object }) => object)].map(({ metadata }) => metadata.namespace),
  );
  for (const name of namespaces) {
    await user.create(kinds.namespaces, { metadata: { name: name ?? "" } }).catch((error: unknown) => {
      if (!(error instanceof AlreadyExists)) throw error;
    });
  }
  const all = objects.map((given) => ({ ...given, resource: resourceOf(given.object) }));
  for (const each of [...all, { object: withMarks(canary), source, resource: canaries }]) {
    await user.create<KubeObject>(each.resource, each.object).catch((error: unknown) => {
      throw error instanceof ApiError ? new BadInput(`${each.source}: ${error.message}`, { cause: error }) : error;
    });
  }
}
