import { expect, test } from "vitest";
import { canaries } from "../api/canary.ts";
import type { Canary, CanaryStatus } from "../api/canary.ts";
import { resolveAnalysis } from "../api/analysis.ts";
import { systemClock } from "../clock.ts";
import { createInformer } from "../kubernetes/informer.ts";
import type { Manifest } from "../kubernetes/objects.ts";
import { deployments } from "../kubernetes/resources.ts";
import { isWithin, limitsOf } from "../narration.ts";
import { createObjects } from "../playground/load-objects.ts";
import { startOperatorInside } from "../playground/operator.ts";
import { startPlayground } from "../playground/playground.ts";
import { receiveSlack } from "../playground/slack.ts";
import { whatIsNew } from "../rehearsal/rehearse/happening.ts";
import type { Happening } from "../rehearsal/rehearse/happening.ts";
import { readManifests } from "../rehearsal/rehearse/manifests.ts";
import { rehearse } from "../rehearsal/rehearse/rehearse.ts";
import { resourceOf, scenesOf } from "../rehearsal/rehearse/scene.ts";
import type { Scene } from "../rehearsal/rehearse/scene.ts";
import { parseSeries, valueAt } from "../rehearsal/rehearse/series.ts";
import type { Series } from "../rehearsal/rehearse/series.ts";
import { prometheusAnswer, typeOf } from "../rehearsal/rehearse/world.ts";
import { openLogBook } from "../testing/log.ts";
import { startLoopback } from "../testing/loopback.ts";
import type { Answer, Received } from "../testing/loopback.ts";
import { addresses, examples } from "./rehearse-testing.ts";
import { questionsOf } from "./rehearse.ts";

const intervalSeconds = 1;
const intervalFloorMs = 1000;
const podStartupMs = 100;

/** What is compared: what was asked and answered, what came of it, and the alerts. */
interface Course {
  readonly happened: readonly Happening[];
  readonly alerts: readonly string[];
}

const compared: readonly Happening["kind"][] = ["phase", "iteration", "failedChecks", "users", "hook", "check"];

/** Post-rollout hooks are told once the end is recorded: which of the two is seen first says nothing. */
function courseOf(happened: readonly Happening[], alerts: readonly string[]): Course {
  return {
    happened: happened.filter((each) => {
      return compared.includes(each.kind) && !(each.kind === "hook" && each.type === "post-rollout");
    }),
    alerts,
  };
}

function seriesOf(name: string): ReadonlyMap<string, Series> {
  const values = Object.entries(examples.get(name)?.values ?? {});
  return new Map(
    values.map(([metric, samples]) => {
      const steps = samples.map(([from, value]) => `${value}@${from * intervalSeconds}s`);
      return [metric, parseSeries(steps.join(","))];
    }),
  );
}

function sceneOf(text: string): Scene {
  const [scene] = scenesOf(
    readManifests({ name: "canary.yaml", text: text.replace("30s", `${intervalSeconds}s`) }),
    podStartupMs,
  );
  return scene ?? expect.unreachable("no Canary");
}

async function rehearsed(name: string, text: string): Promise<Course> {
  const scene = sceneOf(text);
  const { events } = await rehearse(scene, questionsOf(scene), {
    podStartupMs,
    intervalFloorMs,
    metrics: seriesOf(name),
    hooks: new Map(),
    failAtMs: undefined,
  });
  return courseOf(
    events.map(({ at: _, ...happening }) => happening),
    events.flatMap((event) => (event.kind === "alert" ? [event.text] : [])),
  );
}

test("a rehearsal agrees with real processes in real time", { timeout: 60_000 }, async () => {
  const expected = await Promise.all(
    [...examples].map(async ([name, { manifests }]) => [name, await rehearsed(name, manifests)] as const),
  );
  const played = await playAll();
  expect(Object.fromEntries(played)).toEqual(Object.fromEntries(expected));
});

/** Releases all examples at once in one playground. */
async function playAll(): Promise<readonly (readonly [name: string, course: Course])[]> {
  await using started = new AsyncDisposableStack();
  const releases = new Map<string, Release>();
  const outside = started.use(await startLoopback((request) => answer([...releases.values()], request)));
  const alerts = new Map<string, string[]>([...examples.keys()].map((name) => [name, []]));
  const chat = await receiveSlack((body) => {
    const { attachments } = JSON.parse(body) as {
      readonly attachments: readonly { readonly author_name: string; readonly text: string }[];
    };
    for (const { author_name, text } of attachments) alerts.get(author_name.replace(/\.test$/, ""))?.push(text);
  });
  started.defer(() => chat.close());
  for (const [name, { manifests }] of examples) {
    const scene = sceneOf(
      manifests
        .replaceAll(addresses.hooks, outside.url)
        .replaceAll(addresses.prometheus, outside.url)
        .replaceAll(addresses.slack, chat.url),
    );
    releases.set(name, { scene, series: seriesOf(name), happened: [], status: {}, analyses: 0 });
  }

  const ports = { apiPort: 0, gatewayPort: 0, prometheusPort: 0 };
  const { log } = openLogBook();
  const image = "test/app=sleep 600";
  const playground = started.use(
    await startPlayground({ ...ports, images: [image], auditLogPath: "", onError: () => undefined }),
  );
  const { client } = playground;
  const operator = await startOperatorInside(playground, {
    version: "test",
    meshProvider: "kubernetes",
    slackUrl: chat.url,
    log,
    onValue: () => undefined,
  });
  started.defer(() => operator.stop());

  const listeners = new Set<() => void>();
  const followed = createInformer(client, systemClock, canaries, {
    transform: (canary) => canary,
    onError: () => undefined,
  });
  followed.onChange(({ object }) => {
    const release = releases.get(object.metadata.name);
    if (release !== undefined) follow(release, object);
    for (const listener of listeners) listener();
  });
  const stop = new AbortController();
  started.defer(() => {
    stop.abort();
  });
  await followed.start(stop.signal);
  const all = (is: (status: CanaryStatus) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if ([...releases.values()].every(({ status }) => is(status))) resolve();
      };
      listeners.add(look);
      look();
    });

  await createObjects(client, [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "test" } }, gateway], "test");
  for (const { scene } of releases.values()) {
    for (const { object } of scene.objects) await client.create(resourceOf(object), withImage(object));
    await client.create(canaries, scene.canary);
  }
  const isTold = ({ run }: CanaryStatus): boolean => run?.pending === undefined;
  await all((status) => status.phase === "Initialized" && isTold(status));
  for (const told of alerts.values()) told.length = 0;
  for (const release of releases.values()) release.happened.length = 0;

  const body = { spec: { template: { metadata: { annotations: { revision: "2" } } } } };
  for (const name of releases.keys()) {
    await client.patch(deployments, { namespace: "test", name }, { type: "merge", body });
  }
  await all((status) => (status.phase === "Succeeded" || status.phase === "Failed") && isTold(status));
  return [...releases].map(([name, { happened }]) => [name, courseOf(happened, alerts.get(name) ?? [])] as const);
}

const gateway = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "Gateway",
  metadata: { name: "public" },
  spec: { gatewayClassName: "playground", listeners: [{ name: "http", protocol: "HTTP", port: 80 }] },
};

interface Release {
  readonly scene: Scene;
  readonly series: ReadonlyMap<string, Series>;
  readonly happened: Happening[];
  status: CanaryStatus;
  /** How many analyses are over: more to go by than the time, as one may be late on a busy machine. */
  analyses: number;
}

/** The Deployment that was made up, with a program that this machine has. */
function withImage(object: Manifest): Manifest {
  return object.kind === "Deployment"
    ? (JSON.parse(JSON.stringify(object).replace(/"image":"[^"]*"/, '"image":"test/app:1"')) as Manifest)
    : object;
}

function follow(release: Release, { spec, metadata, status = {} }: Canary): void {
  const before = release.status;
  release.status = status;
  if (status.phase === "Progressing" && status.run?.checkedAt !== before.run?.checkedAt) release.analyses++;
  const analysis = resolveAnalysis({ spec, metadata }, spec.provider ?? "", intervalFloorMs);
  release.happened.push(...whatIsNew(before, status, analysis));
}

/** What webhooks and Prometheus answer, as in a rehearsal. */
function answer(releases: readonly Release[], { path, body }: Received): Answer {
  const { pathname, searchParams } = new URL(path, addresses.prometheus);
  const [, name, hookName] = /^\/([\w-]+)\/([\w-]+)$/.exec(pathname) ?? [];
  const called = releases.find(({ scene }) => scene.canary.metadata.name === name);
  const hook = called?.scene.canary.spec.analysis.webhooks?.find((each) => each.name === hookName);
  if (called !== undefined && hook !== undefined) {
    const { phase } = JSON.parse(body) as { readonly phase: string };
    const type = typeOf(hook);
    const status = type === "rollback" ? 404 : 200;
    called.happened.push({ kind: "hook", hook: hook.name, type, phase, status });
    return { status };
  }
  const query = searchParams.get("query");
  for (const { scene, series, happened, analyses } of releases) {
    const metric = questionsOf(scene).find((each) => each.query === query)?.metric;
    if (metric === undefined) continue;
    const samples = series.get(metric.name);
    const value = samples === undefined ? 100 : valueAt(samples, analyses * intervalSeconds);
    const passed = value !== "empty" && isWithin(metric, value);
    happened.push({ kind: "check", metric: metric.name, value, ...limitsOf(metric), passed });
    return { body: prometheusAnswer(value) };
  }
  return { body: prometheusAnswer(query === "vector(1)" ? 1 : "empty") };
}
