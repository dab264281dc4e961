import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { Service } from "kubernetes-types/core/v1.d.ts";
import { slackMessage } from "../../alerts/slack.ts";
import type { Canary, CanaryStatus } from "../../api/canary.ts";
import { canaries } from "../../api/canary.ts";
import { AlreadyExists } from "../../kubernetes/errors.ts";
import { deployments } from "../../kubernetes/resources.ts";
import { customResourceDefinitions, definitionOf } from "../../rehearsal/cluster.ts";
import { openStage, usualSettings } from "../../rehearsal/stage.ts";
import type { Pace, Stage } from "../../rehearsal/stage.ts";
import type { HttpRoute } from "../../routing/gatewayapi/http-route.ts";
import { istio } from "../../routing/istio/istio.ts";
import type { VirtualService } from "../../routing/istio/virtual-service.ts";
import { canaryOf, deploymentOf, setImage } from "../../rehearsal/podinfo.ts";
import type { Settings } from "../settings.ts";
import type { Deed, Fact, HookName, Trace } from "./trace.ts";

const hookNames: readonly HookName[] = [
  "confirm-rollout",
  "pre-rollout",
  "rollback",
  "rollout",
  "confirm-traffic-increase",
  "confirm-promotion",
  "post-rollout",
];

/** Pods take 3 seconds, and the first analysis comes 2 seconds after them: a turn begins a second before an analysis. */
const firstMs = 4000;
const intervalMs = 60_000;

/** What Headgate makes of a trace: the facts of each turn, and those of the minutes after the last one. */
export async function play(trace: Trace): Promise<{
  readonly turns: readonly (readonly Fact[])[];
  readonly after: readonly Fact[];
}> {
  const closed = new Set<string>(["rollback"]);
  const late = new Map<string, ReturnType<Pace>>();
  const stage = await openStage({
    hook: (name) => (closed.has(name) ? 403 : 200),
    pace: ({ metadata }) => late.get(metadata.labels?.["app"] ?? "") ?? 3000,
  });
  for (const resource of istio.inputs(canaryOf()).map((at) => at.resource)) {
    await stage.user.create(customResourceDefinitions, definitionOf(resource)).catch(ignoreExisting);
  }
  const take = watch(stage);
  stage.start({ settings: { notifier: severities() } });
  await stage.user.create(deployments, deploymentOf({}));
  await stage.user.create(canaries, canaryFor(trace));
  await stage.clock.advance(intervalMs);
  take();

  const turns: (readonly Fact[])[] = [];
  for (const { does = [] } of trace.turns) {
    for (const deed of does) await perform(deed);
    await stage.clock.advance(turns.length === 0 ? firstMs : intervalMs);
    turns.push(take());
  }
  await stage.clock.advance(10 * intervalMs);
  return { turns, after: take() };

  async function perform(deed: Deed): Promise<void> {
    switch (deed) {
      case "push a revision":
        return setImage(stage.user, "podinfo:2");
      case "add a canary pod that takes 100 seconds":
        return addPod("podinfo", 100_000);
      case "add a primary pod that never becomes ready":
        return addPod("podinfo-primary", "never");
      default: {
        const [verb, hook = ""] = deed.split(" ");
        if (verb === "close") closed.add(hook);
        else closed.delete(hook);
      }
    }
  }

  async function addPod(name: string, pace: ReturnType<Pace>): Promise<void> {
    late.set(name, pace);
    const body = { spec: { replicas: 3 } };
    await stage.user.patch(deployments, { namespace: "test", name }, { type: "merge", body });
  }
}

function canaryFor({ provider, analysis }: Trace): Canary {
  const webhooks = hookNames.map((name) => ({ name, type: name, url: `http://hooks/${name}` }));
  return canaryOf(
    {},
    {
      provider,
      service: { port: 9898, gatewayRefs: [{ name: "gateway" }] },
      progressDeadlineSeconds: 110,
      analysis: { interval: "1m", threshold: 2, webhooks, ...analysis },
    },
  );
}

/** The usual notifier, with the severity for a colour. */
function severities(): Settings["notifier"] {
  const { notifier } = usualSettings;
  if (notifier.kind === "off") return notifier;
  const { service } = notifier;
  return {
    ...notifier,
    service: { ...service, body: (alert, target) => slackMessage(alert, target, alert.severity) },
  };
}

/** Writes down the facts; each call takes those since the last one. */
function watch({ api, story }: Stage): () => readonly Fact[] {
  let facts: Fact[] = [];
  let heard = 0;
  let status = "";
  let selected = "";
  let weighed: string | undefined;
  let target = "";
  let primary = "";

  /** The calls and alerts of which the story has told since. */
  function listen(): void {
    for (const line of story.slice(heard)) {
      const [, hook = "", phase = "", answer = ""] = / hook (\S+) of podinfo \((\w*)\): (\w+)$/.exec(line) ?? [];
      const [, severity = ""] = / Slack \((\w+)\)/.exec(line) ?? [];
      if (hook !== "") facts.push(`${hook}(${phase})=${answer}`);
      if (severity !== "") facts.push(`alert ${severity}`);
    }
    heard = story.length;
  }

  api.onWrite(({ object }) => {
    listen();
    const { kind, metadata } = object;
    if (kind === "VirtualService") {
      weighed = weightsIn(object);
    } else if (kind === "HTTPRoute") {
      weighed = weightsOf(object as unknown as HttpRoute);
    } else if (kind === "Service" && metadata.name === "podinfo") {
      selected = (object as unknown as Service).spec?.selector?.["app"] === "podinfo-primary" ? "100/0" : "0/100";
    } else if (kind === "Deployment") {
      const { spec } = object as unknown as Deployment;
      if (metadata.name === "podinfo") target = spec?.replicas === 0 ? "down" : "up";
      else primary = spec?.template.spec?.containers[0]?.image === "podinfo:1" ? "old" : "new";
    } else if (kind === "Canary") {
      const { status: { phase = "", ...counts } = {} } = object as unknown as Canary;
      const routes = weighed ?? selected;
      const before = status;
      status = `${phase}, ${routes}${countersOf(counts)}, target ${target}, primary ${primary}`;
      if (status !== before) facts.push(status);
    }
  });

  return () => {
    listen();
    const taken = facts;
    facts = [];
    return taken;
  };
}

/** Weights of primary and canary in the first rule: in an A/B test, that of the users who try the canary. */
function weightsOf({ spec }: HttpRoute): string {
  const [{ backendRefs = [], filters = [] } = {}] = spec.rules ?? [];
  const mirrored = filters.some(({ type }) => type === "RequestMirror") ? " mirrored" : "";
  return backendRefs.map(({ weight }) => weight).join("/") + mirrored;
}

/** The same of a VirtualService. */
function weightsIn({ spec }: VirtualService): string {
  const [{ route = [], mirror } = {}] = spec?.http ?? [];
  return route.map(({ weight = 0 }) => weight).join("/") + (mirror === undefined ? "" : " mirrored");
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof AlreadyExists)) throw error;
}

function countersOf({ canaryWeight = 0, iterations = 0, failedChecks = 0 }: CanaryStatus): string {
  const counters = { weight: canaryWeight, iteration: iterations, failed: failedChecks };
  return Object.entries(counters)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `, ${name} ${count}`)
    .join("");
}
