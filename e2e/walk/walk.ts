import { deepEqual, equal, ok } from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createHttp } from "../../src/http.ts";
import { checkout } from "../cluster/layout.ts";
import { eventually } from "../support/eventually.ts";
import type { Followed, Sighting } from "../support/follow.ts";
import type { LoadReport } from "../support/load.ts";
import { usageOf } from "../support/process.ts";
import { run as runCommand } from "../support/run.ts";
import { receiveSlack, serveFiles } from "../support/servers.ts";
import type { SlackReceiver } from "../support/servers.ts";
import type { Context } from "../support/suite.ts";
import type { Users } from "../support/users.ts";
import type { Ground } from "./ground.ts";

const send = createHttp();

interface Canary {
  readonly status?: {
    readonly phase?: string;
    readonly iterations?: number;
    readonly failedChecks?: number;
    readonly run?: { readonly checkedAt?: string };
  };
}

interface Workload {
  readonly metadata: { readonly generation: number };
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

const operator = "istio-system";
const inTest = ["--namespace", "test"];
const repository = "ghcr.io/stefanprodan/podinfo";
const intervalMs = 10_000;
const iterations = 5;

/** The fields of the first two messages of a release. */
const facts = [
  { title: "Target", value: "Deployment/podinfo.test", short: false },
  { title: "Failed checks threshold", value: "2", short: false },
  { title: "Progress deadline", value: "60s", short: false },
  { title: "Traffic routing", value: "Blue/Green", short: false },
];

/** A Slack message, to the letter. */
function message(color: string, text: string, fields: typeof facts | [] = []): string {
  return JSON.stringify({
    channel: "general",
    username: "headgate",
    icon_url: "",
    icon_emoji: ":rocket:",
    attachments: [{ color, author_name: "podinfo.test", text, mrkdwn_in: ["text"], fields }],
  });
}

const initialized = message("good", "New Deployment detected, initialization completed.", facts);
const newRevision = message("good", "New revision detected, progressing canary analysis.", facts);
const promoted = message("good", "Canary analysis completed successfully, promotion finished.");
const failed = message("danger", "Failed checks threshold reached 2");

/** What the events of a Canary say that was initialized, promoted and rolled back. */
const story = [
  "all the metrics providers are available!",
  "Initialization done! podinfo.test",
  "New revision detected! Scaling up podinfo.test",
  "Starting canary analysis for podinfo.test",
  "Pre-rollout check acceptance-test passed",
  ...Array.from({ length: iterations }, (_, at) => `Advance podinfo.test canary iteration ${at + 1}/${iterations}`),
  "Copying podinfo.test template spec to podinfo-primary.test",
  "Promotion completed! Scaling down podinfo.test",
  "Halt podinfo.test advancement success rate",
  "Rolling back podinfo.test failed checks threshold reached 2",
  "Canary failed! Scaling down podinfo.test",
];

/**
 * podinfo is released blue/green, and a bad revision is rolled back: the same steps and the same assertions on every
 * ground.
 */
export async function walk({ check, timeline }: Context, ground: Ground): Promise<void> {
  const { kubectl } = ground;
  const slack = await receiveSlack(ground.address);
  const expected: string[] = [];
  const figures: string[] = [];
  const watches: { readonly stop: () => void }[] = [];

  const figure = (ours: string, flaggers: string): void => {
    figures.push(ground.isNode ? `${ours} (Flagger ${flaggers})` : ours);
  };
  const watch = <T>(kind: string, of: string, onChange?: (object: T, before: T | undefined) => void): Followed<T> => {
    const followed = ground.follow<T>([kind, ...inTest, "--field-selector", `metadata.name=${of}`], onChange);
    watches.push(followed);
    return followed;
  };

  /** Counts the operator's requests over half a minute in which nothing happens. */
  const asksNothing = async (phase: string, flaggerPerMinute: number): Promise<void> => {
    await sleep(3000);
    const from = new Date();
    await sleep(30_000);
    const { total, byKind } = await ground.countRequests(from, new Date());
    figure(`API requests a minute, ${phase} and at rest: ${total * 2}`, String(flaggerPerMinute));
    deepEqual(byKind, {});
  };
  const unnoticed = ({ total, failed: broken, slow, slowestMs }: LoadReport, during: string): void => {
    const counts = `failed ${broken.length}, slower than 1 s ${slow.length}, slowest ${slowestMs.toFixed(0)} ms`;
    figure(`requests of users during ${during}: ${total}, ${counts}`, "37,397, 0 and 25");
    deepEqual({ broken, slow }, { broken: [], slow: [] });
  };
  const workload = async (deployment: string): Promise<Workload> =>
    JSON.parse(await kubectl(["get", "deployment", deployment, ...inTest, "--output=json"])) as Workload;
  const primaryImage = async (): Promise<string | undefined> =>
    (await workload("podinfo-primary")).spec.template.spec.containers[0]?.image;
  const setImage = async (tag: string): Promise<void> => {
    await kubectl(["set", "image", "deployment/podinfo", `podinfod=${repository}:${tag}`, ...inTest]);
  };
  const operatorProcess = async (): Promise<number> => {
    const selector = ["--selector", "app.kubernetes.io/name=headgate", "--namespace", operator];
    const pod = await kubectl(["get", "pods", ...selector, "--output", "jsonpath={.items[0].metadata.name}"]);
    return ground.mainProcess(operator, pod);
  };
  /** SIGKILL, as a node that dies would do: the kubelet starts the container again. */
  const killOperator = async (during: string): Promise<void> => {
    process.kill(await operatorProcess(), "SIGKILL");
    timeline.mark(`operator killed in ${during}`);
  };
  /** Users who call the apex Service 200 times a second, each call on a connection of its own. */
  const callApex = (): Promise<Users> => ground.startUsers(podinfo("podinfo"), "/", { rate: 200, seconds: 300 });

  try {
    await check("Headgate is installed from a chart repository", () => install(ground, slack.url));
    await check("podinfo, its autoscaler and the load tester run", () => prepare(ground));

    const canary = watch<Canary>("canaries", "podinfo", (now, before) => {
      for (const mark of marksOf(now, before)) timeline.mark(mark);
    });
    const warnings = ["events", ...inTest, "--field-selector=type=Warning,involvedObject.kind=Canary"];
    watches.push(
      ground.follow<{ readonly message: string }>(warnings, ({ message }) => {
        timeline.mark(message);
      }),
    );
    const target = watch<Workload>("deployments", "podinfo");
    const primary = watch<Workload>("deployments", "podinfo-primary");
    const phase = async (wanted: string, from: Date, timeoutMs: number): Promise<Sighting<Canary>> =>
      canary.first(`phase ${wanted}`, from, ({ status }) => status?.phase === wanted, timeoutMs);

    await check("a Canary is initialized", async () => {
      const began = new Date();
      await kubectl(["apply", "--filename", join(checkout, "kustomize/podinfo/canary.yaml")]);
      const done = await phase("Initialized", began, 60_000);
      const ready = await primary.first("a ready primary", began, isRolledOut, 60_000);
      const pods = `of which the primary's pods ${seconds(began, ready.at)} s`;
      figure(`create to Initialized: ${seconds(began, done.at)} s, ${pods}`, "20");
      equal((await workload("podinfo")).spec.replicas, 0);
      await primary.first("the HPA's two pods of the primary", began, ({ spec }) => spec.replicas === 2, 60_000);
      await kubectl(["get", "hpa", "podinfo-primary", ...inTest]);
      expected.push(initialized);
      await said(slack, expected);
    });

    await check("the manifests applied again change nothing", async () => {
      for (const args of [
        ["--kustomize", join(checkout, "kustomize/podinfo")],
        ["--filename", join(checkout, "kustomize/podinfo/canary.yaml")],
      ]) {
        equal(await kubectl(["diff", ...args]), "");
      }
    });

    await check("at rest the operator asks nothing of the API server", () => asksNothing("initialized", 66));

    await check("a good revision is promoted, and no user notices", async () => {
      const users = await callApex();
      const began = new Date();
      await setImage("6.0.1");
      const progressing = await phase("Progressing", began, 10_000);
      const canaryReady = await target.first("ready canary pods", began, isRolledOut, 60_000);
      const promoting = await phase("Promoting", began, 120_000);
      const finalising = await phase("Finalising", began, 120_000);
      const { at: done } = await phase("Succeeded", began, 120_000);
      figure(`image change to Progressing: ${seconds(began, progressing.at)} s`, "5.5 to 9.4");
      figure(`image change to Succeeded: ${seconds(began, done)} s`, "96");
      figures.push(
        `of which analysis ${(intervalMs / 1000) * iterations} s, canary's pods ` +
          `${seconds(progressing.at, canaryReady.at)} s, primary's pods ${seconds(promoting.at, finalising.at)} s`,
      );
      equal(await primaryImage(), `${repository}:6.0.1`);
      equal((await workload("podinfo")).spec.replicas, 0);
      expected.push(newRevision, promoted);
      await said(slack, expected);
      await kubectl(["wait", "canary/podinfo", "--for=condition=promoted", ...inTest, "--timeout=5s"]);
      unnoticed(await users.stop(), "promotion");
    });

    await check("a changed ConfigMap starts a run, which outlives the operator being killed", async () => {
      const began = new Date();
      const data = { PODINFO_UI_MESSAGE: "hello again" };
      await kubectl([
        ...["patch", "configmap", "podinfo-config", ...inTest, "--type=merge"],
        ...["--patch", JSON.stringify({ data })],
      ]);
      const second = ({ status }: Canary): boolean => status?.iterations === 2;
      await canary.first("the second iteration", began, second, 90_000);
      await killOperator("Progressing");
      await phase("Promoting", began, 120_000);
      await killOperator("Promoting");
      await phase("Succeeded", began, 120_000);
      const message = "--output=jsonpath={.data.PODINFO_UI_MESSAGE}";
      equal(await kubectl(["get", "configmap", "podinfo-config-primary", ...inTest, message]), "hello again");
      expected.push(newRevision, promoted);
      await said(slack, expected);
    });

    await check("a bad revision is rolled back, and no user notices", async () => {
      const users = await callApex();
      const began = new Date();
      await setImage("6.0.2");
      await phase("Progressing", began, 10_000);
      const errors = await ground.startUsers(podinfo("podinfo-canary"), "/status/500", { rate: 20, seconds: 120 });
      const failing = await canary.first("a failed check", began, ({ status }) => status?.failedChecks === 1, 90_000);
      const rolledBack = await phase("Failed", began, 60_000);
      const scaled = await target.first("the target at zero", failing.at, ({ spec }) => spec.replicas === 0, 10_000);
      await errors.stop();
      const lastCheck = new Date(Date.parse(failing.object.status?.run?.checkedAt ?? "") + intervalMs);
      const end = `to Failed: ${seconds(lastCheck, rolledBack.at)} s`;
      figure(`last failed check to pods told to end: ${seconds(lastCheck, scaled.at)} s, ${end}`, "10");
      figure(`image change to Failed: ${seconds(began, rolledBack.at)} s`, "49.5");
      equal(await primaryImage(), `${repository}:6.0.1`);
      await target.first(
        "no pod of the bad revision",
        scaled.at,
        ({ status }) => (status?.replicas ?? 0) === 0,
        60_000,
      );
      expected.push(newRevision, failed);
      await said(slack, expected);
      unnoticed(await users.stop(), "rollback");
    });

    await check("failed, the operator asks nothing of the API server either", () => asksNothing("failed", 88));

    await check("the autoscaler of the primary follows the load of users", async () => {
      const began = new Date();
      await startLoadTest(ground, "hey -z 150s -c 20 -q 100 http://podinfo.test:9898/");
      const more = ({ spec }: Workload): boolean => spec.replicas > 2;
      const { object } = await primary.first("more than two pods of the primary", began, more, 200_000);
      timeline.mark(`primary scaled to ${object.spec.replicas}`);
    });

    await check("kubectl describe tells the whole story", async () => {
      const told = await kubectl(["describe", "canary/podinfo", ...inTest]);
      for (const text of story) ok(told.includes(text), `kubectl describe does not say: ${text}\n${told}`);
    });

    const { rssBytes } = await usageOf(await operatorProcess());
    figure(`operator RSS: ${(rssBytes / 1e6).toFixed(0)} MB`, "55 to 60");
    for (const text of figures) timeline.mark(text);
  } finally {
    for (const { stop } of watches) stop();
    await slack.close();
  }
}

/** Port of podinfo in one of its Services. */
function podinfo(service: string) {
  return { namespace: "test", service, port: 9898 };
}

/** What has changed in the status of a Canary, for people to read. */
function marksOf({ status = {} }: Canary, before: Canary | undefined): readonly string[] {
  const { phase = "", iterations: done = 0, failedChecks = 0 } = status;
  const { phase: was = "", iterations: hadDone = 0, failedChecks: hadFailed = 0 } = before?.status ?? {};
  if (phase !== was) return [phase];
  return [
    ...(done > hadDone ? [`iteration ${done}/${iterations}`] : []),
    ...(failedChecks > hadFailed ? [`failed checks: ${failedChecks}`] : []),
  ];
}

async function install(ground: Ground, slackUrl: string): Promise<void> {
  const { address, kubectl, helm } = ground;
  await kubectl(["apply", "--filename", join(checkout, "charts/headgate/crds/crd.yaml")]);
  await ground.installPrometheus(operator);
  await runCommand(process.execPath, [join(checkout, "e2e/charts.ts")], { timeoutMs: 120_000 });
  const charts = await serveFiles(join(checkout, ".charts"), address);
  try {
    await helm(["repo", "add", "headgate", charts.url, "--force-update"]);
    await helm([
      ...["upgrade", "--install", "headgate", "headgate/headgate", "--namespace", operator, "--create-namespace"],
      ...["--set", "crd.create=false", "--set", "meshProvider=kubernetes"],
      ...["--set", "metricsServer=http://prometheus:9090"],
      ...["--set", `slack.url=${slackUrl}/slack`, "--set", "slack.channel=general", "--set", "slack.user=headgate"],
    ]);
  } finally {
    await charts.close();
  }
  await kubectl(["rollout", "status", "deployment/headgate", "--namespace", operator, "--timeout=55s"]);
}

async function prepare(ground: Ground): Promise<void> {
  const { kubectl } = ground;
  await kubectl(["create", "namespace", "test"]);
  await kubectl(["apply", "--kustomize", join(checkout, "kustomize/tester")]);
  await kubectl(["apply", "--kustomize", join(checkout, "kustomize/podinfo")]);
  await ground.prepareUsers("test");
  for (const deployment of ["flagger-loadtester", "podinfo"]) {
    await kubectl(["rollout", "status", `deployment/${deployment}`, ...inTest, "--timeout=55s"]);
  }
}

/** Has the load tester run a command, as the webhook of a Canary would. */
async function startLoadTest(ground: Ground, cmd: string): Promise<void> {
  const { url, proxy } = await ground.wayTo({ namespace: "test", service: "flagger-loadtester", port: 80 });
  const body = JSON.stringify({ name: "podinfo", namespace: "test", metadata: { type: "cmd", cmd } });
  const answer = await send({ method: "POST", url, body, timeoutMs: 5000, ...(proxy !== undefined && { proxy }) });
  equal(answer.status, 202);
}

/** As `kubectl rollout status` sees it. */
function isRolledOut({ metadata, spec, status = {} }: Workload): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  return (
    observedGeneration >= metadata.generation &&
    spec.replicas > 0 &&
    updatedReplicas >= spec.replicas &&
    replicas === updatedReplicas &&
    availableReplicas >= updatedReplicas
  );
}

/** Waits until Slack has been told exactly this, and nothing else. */
async function said({ received }: SlackReceiver, expected: readonly string[]): Promise<void> {
  await eventually("Slack messages", () => Promise.resolve(received.length >= expected.length ? true : undefined), {
    timeoutMs: 10_000,
  });
  deepEqual(
    received.map(({ body }) => body),
    expected,
  );
}

function seconds(from: Date, to: Date): string {
  return ((to.getTime() - from.getTime()) / 1000).toFixed(1);
}
