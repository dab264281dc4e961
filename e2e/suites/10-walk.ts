import { deepEqual, equal, ok } from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout } from "../cluster/layout.ts";
import { countRequests } from "../support/audit.ts";
import { eventually } from "../support/eventually.ts";
import { applyManifest, clusterAddress, getJson, helm, kubectl, rolledOut } from "../support/kubectl.ts";
import { startLoad } from "../support/load.ts";
import type { Load, LoadReport } from "../support/load.ts";
import { usageOf } from "../support/process.ts";
import { run as runCommand } from "../support/run.ts";
import { receiveSlack, serveFiles } from "../support/servers.ts";
import type { SlackReceiver } from "../support/servers.ts";
import type { Context } from "../support/suite.ts";

export const name = "walk: podinfo is released blue/green, and a bad revision is rolled back";

interface Canary {
  readonly status?: {
    readonly phase?: string;
    readonly iterations?: number;
    readonly failedChecks?: number;
    readonly lastTransitionTime?: string;
  };
}

interface Workload {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

const operator = "istio-system";
const test = "test";
const image = "ghcr.io/stefanprodan/podinfo";
const interval = 10;
const iterations = 5;

/** Requests of users during a release by Flagger, on such a node. */
const flagger = { total: 37_397, slow: 25 };

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

export async function run({ check, timeline }: Context): Promise<void> {
  const slack = await receiveSlack();
  const expected: string[] = [];
  const figures: string[] = [];

  try {
    await check("Headgate is installed from a chart repository", () => install(slack.url));
    await check("podinfo, its autoscaler and the load tester run", prepare);

    await check("a Canary is initialized", async () => {
      const began = Date.now();
      await kubectl(["apply", "--filename", join(checkout, "kustomize/podinfo/canary.yaml")]);
      await phase("Initialized", 60_000);
      figures.push(`create to Initialized: ${seconds(began)} s (Flagger 20)`);
      equal(await replicas("podinfo"), 0);
      await eventually(
        "two pods of the primary",
        async () => ((await replicas("podinfo-primary")) === 2 ? true : undefined),
        {
          timeoutMs: 30_000,
        },
      );
      await kubectl(["get", "hpa", "podinfo-primary", "--namespace", test]);
      expected.push(initialized);
      await said(slack, expected);
    });

    await check("at rest the operator asks nothing of the API server", async () => {
      await sleep(3000);
      const from = new Date();
      await sleep(30_000);
      const { total, byKind } = await countRequests(from, new Date());
      figures.push(`API requests in 30 s at rest: ${total} (Flagger 33)`);
      deepEqual(byKind, {});
    });

    await check("a good revision is promoted, and no user notices", async () => {
      const users = await startUsers();
      const began = Date.now();
      await setImage("6.0.1");
      await phase("Progressing", 10_000);
      figures.push(`image change to Progressing: ${seconds(began)} s (Flagger 5.5 to 9.4)`);
      for (const step of ["Promoting", "Finalising", "Succeeded"]) {
        await reached(step, 120_000);
        timeline.mark(`${step} after ${seconds(began)} s`);
      }
      figures.push(
        `image change to Succeeded: ${seconds(began)} s of which ${interval * iterations} s analysis (Flagger 96)`,
      );
      equal(await primaryImage(), `${image}:6.0.1`);
      equal(await replicas("podinfo"), 0);
      expected.push(newRevision, promoted);
      await said(slack, expected);
      await kubectl(["wait", "canary/podinfo", "--for=condition=promoted", "--namespace", test, "--timeout=5s"]);
      unnoticed(await users.stop(), figures, "promotion");
    });

    await check("a changed ConfigMap starts a run, which outlives the operator being killed", async () => {
      await kubectl([
        ...["patch", "configmap", "podinfo-config", "--namespace", test, "--type=merge"],
        ...["--patch", JSON.stringify({ data: { PODINFO_UI_MESSAGE: "hello again" } })],
      ]);
      await phase("Progressing", 10_000);
      await eventually(
        "the second iteration",
        async () => (((await canary()).status?.iterations ?? 0) >= 2 ? true : undefined),
        {
          timeoutMs: 60_000,
        },
      );
      await killOperator();
      timeline.mark("operator killed in Progressing");
      await reached("Promoting", 120_000);
      await killOperator();
      timeline.mark("operator killed in Promoting");
      await phase("Succeeded", 120_000);
      const copy = await kubectl([
        "get",
        "configmap",
        "podinfo-config-primary",
        "--namespace",
        test,
        "--output",
        "jsonpath={.data.PODINFO_UI_MESSAGE}",
      ]);
      equal(copy, "hello again");
      expected.push(newRevision, promoted);
      await said(slack, expected);
    });

    await check("a bad revision is rolled back, and no user notices", async () => {
      const users = await startUsers();
      await setImage("6.0.2");
      await phase("Progressing", 10_000);
      const errors = startLoad({
        url: `http://${await clusterAddress(test, "podinfo-canary")}:9898/status/500`,
        rate: 20,
        seconds: 120,
      });
      await eventually(
        "one failed check",
        async () => ((await canary()).status?.failedChecks === 1 ? true : undefined),
        {
          timeoutMs: 90_000,
          everyMs: 100,
        },
      );
      const began = Date.now();
      await phase("Failed", 60_000);
      figures.push(
        `first failed check to rolled back: ${seconds(began)} s, of which ${interval} s to the second (Flagger 20)`,
      );
      await errors.stop();
      equal(await primaryImage(), `${image}:6.0.1`);
      await eventually("the bad pods are gone", async () => ((await replicas("podinfo")) === 0 ? true : undefined), {
        timeoutMs: 30_000,
      });
      expected.push(newRevision, failed);
      await said(slack, expected);
      unnoticed(await users.stop(), figures, "rollback");
    });

    await check("kubectl describe tells the whole story", async () => {
      const story = await kubectl(["describe", "canary/podinfo", "--namespace", test]);
      for (const text of [
        "Initialization done! podinfo.test",
        "New revision detected! Scaling up podinfo.test",
        "Starting canary analysis for podinfo.test",
        "Pre-rollout check acceptance-test passed",
        ...Array.from(
          { length: iterations },
          (_, at) => `Advance podinfo.test canary iteration ${at + 1}/${iterations}`,
        ),
        "Copying podinfo.test template spec to podinfo-primary.test",
        "Promotion completed! Scaling down podinfo.test",
        "Halt podinfo.test advancement success rate",
        "Rolling back podinfo.test failed checks threshold reached 2",
        "Canary failed! Scaling down podinfo.test",
      ]) {
        ok(story.includes(text), `kubectl describe does not say: ${text}\n${story}`);
      }
    });

    const { rssBytes } = await usageOf(operator, await operatorPod());
    figures.push(`operator RSS: ${(rssBytes / 2 ** 20).toFixed(0)} MiB (Flagger 55 to 60 MB)`);
    for (const figure of figures) timeline.mark(figure);
  } finally {
    await slack.close();
  }
}

async function install(slackUrl: string): Promise<void> {
  await kubectl(["apply", "--filename", join(checkout, "charts/headgate/crds/crd.yaml")]);
  await applyManifest("prometheus.yaml");
  await runCommand(process.execPath, [join(checkout, "e2e/charts.ts")], { timeoutMs: 120_000 });
  const repository = await serveFiles(join(checkout, ".charts"));
  try {
    await helm(["repo", "add", "headgate", repository.url, "--force-update"]);
    await helm([
      ...["upgrade", "--install", "headgate", "headgate/headgate", "--namespace", operator, "--create-namespace"],
      ...["--set", "crd.create=false", "--set", "meshProvider=kubernetes"],
      ...["--set", "metricsServer=http://prometheus:9090"],
      ...["--set", `slack.url=${slackUrl}/slack`, "--set", "slack.channel=general", "--set", "slack.user=headgate"],
    ]);
  } finally {
    await repository.close();
  }
  await rolledOut(operator, "headgate", 60_000);
  await rolledOut(operator, "prometheus", 60_000);
}

async function prepare(): Promise<void> {
  await kubectl(["create", "namespace", test]);
  await kubectl(["apply", "--kustomize", join(checkout, "kustomize/tester")]);
  await kubectl(["apply", "--kustomize", join(checkout, "kustomize/podinfo"), "--namespace", test]);
  await rolledOut(test, "flagger-loadtester", 60_000);
  await rolledOut(test, "podinfo", 60_000);
}

async function canary(): Promise<Canary> {
  return (await getJson(["canary", "podinfo", "--namespace", test])) as Canary;
}

/** Waits until the Canary is in this phase. */
async function phase(wanted: string, timeoutMs: number): Promise<void> {
  await eventually(
    `phase ${wanted}`,
    async () => {
      const { status } = await canary();
      if (status?.phase !== wanted) throw new Error(`phase ${status?.phase ?? "none"}`);
      return true;
    },
    { timeoutMs, everyMs: 100 },
  );
}

/** The phases of a promotion, in order: one that comes and goes between two looks was reached. */
const promotion = ["Progressing", "Promoting", "Finalising", "Succeeded"];

/** Waits until the Canary has come to this phase of a promotion. */
async function reached(wanted: string, timeoutMs: number): Promise<void> {
  await eventually(
    `phase ${wanted}`,
    async () => {
      const now = (await canary()).status?.phase ?? "";
      if (!promotion.includes(now)) throw new Error(`phase ${now}`);
      return promotion.indexOf(now) >= promotion.indexOf(wanted) ? true : undefined;
    },
    { timeoutMs, everyMs: 100 },
  );
}

async function setImage(tag: string): Promise<void> {
  await kubectl(["set", "image", "deployment/podinfo", `podinfod=${image}:${tag}`, "--namespace", test]);
}

async function replicas(deployment: string): Promise<number> {
  return ((await getJson(["deployment", deployment, "--namespace", test])) as Workload).spec.replicas;
}

async function primaryImage(): Promise<string | undefined> {
  const primary = (await getJson(["deployment", "podinfo-primary", "--namespace", test])) as Workload;
  return primary.spec.template.spec.containers[0]?.image;
}

async function operatorPod(): Promise<string> {
  const selector = ["--selector", "app.kubernetes.io/name=headgate", "--namespace", operator];
  return kubectl(["get", "pods", ...selector, "--output", "jsonpath={.items[0].metadata.name}"]);
}

/** SIGKILL, as a node that dies would do: the kubelet starts the container again. */
async function killOperator(): Promise<void> {
  const { pid } = await usageOf(operator, await operatorPod());
  process.kill(pid, "SIGKILL");
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

/** Users who call the apex Service 200 times a second, each call on a connection of its own. */
async function startUsers(): Promise<Load> {
  return startLoad({ url: `http://${await clusterAddress(test, "podinfo")}:9898/`, rate: 200, seconds: 300 });
}

function unnoticed({ total, failed: broken, slow }: LoadReport, figures: string[], during: string): void {
  figures.push(
    `requests of users during ${during}: ${total}, failed ${broken.length}, slower than 1 s ${slow.length} (Flagger: 0 and 25 of 37,397)`,
  );
  deepEqual(broken, []);
  // A connection from the node may lose its first packet now and then, and is slow by the second until the next: that
  // happens without any release, too. More than a few are a release that users notice.
  ok(slow.length * flagger.total < flagger.slow * total, `slow requests: ${JSON.stringify(slow)}`);
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
