import { isDeepStrictEqual } from "node:util";
import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { Service } from "kubernetes-types/core/v1.d.ts";
import { describe, expect, test } from "vitest";
import { canaries } from "../api/canary.ts";
import { deployments, services } from "../kubernetes/resources.ts";
import type { ApiRequest } from "../kubernetes/transport.ts";
import type { ApiServer } from "../simulator/apiserver.ts";
import { canaryOf, deploymentOf, setImage } from "../rehearsal/podinfo.ts";
import { openStage } from "../rehearsal/stage.ts";
import type { Mishap, Stage } from "../rehearsal/stage.ts";

const key = { namespace: "test", name: "podinfo" };

/** What a release comes to, whatever goes wrong on the way. */
interface Outcome {
  /** Phase, revisions, pods and selector in the end. */
  readonly final: Readonly<Record<string, unknown>>;
  /** The analyses of which Prometheus was asked. */
  readonly analyses: number;
  /** What Slack was told, in order. */
  readonly alerts: readonly string[];
  /** Moments in which nobody stood behind the apex Service. */
  readonly unsafe: readonly string[];
}

interface Release extends Outcome {
  /** How many writes the first operator made. */
  readonly writes: number;
  /** What Slack was told after the last status that was recorded before the crash. */
  readonly unrecorded: readonly string[];
}

/** Decides on the writes of an operator, which are counted from 1. */
type Spoil = (write: number, request: ApiRequest) => Mishap | undefined;

/** From the creation of a Canary to the end of its first release. After a crash another operator starts. */
async function release(successRate: number, spoil: Spoil = () => undefined): Promise<Release> {
  const stage = await openStage({ successRate: () => successRate });
  const { user, clock, api, story } = stage;
  const unsafe = watchApex(api);
  const [alerts, analyses] = [() => story.filter(isAlert).map(untimed), () => story.filter(isAnalysis).length];
  let [writes, recorded] = [0, 0];
  let unrecorded: readonly string[] = [];
  api.onWrite(({ object }) => {
    if (object.kind === "Canary") recorded = alerts().length;
  });
  stage.start({
    mishap: (request) => (request.method === "GET" ? undefined : spoil(++writes, request)),
    onCrash: () => {
      unrecorded = alerts().slice(recorded);
      clock.after(1000, () => stage.start());
    },
  });
  await user.create(deployments, deploymentOf({}));
  await user.create(services, { metadata: key, spec: { selector: { app: "podinfo" }, ports: [{ port: 9898 }] } });
  await clock.advance(5000);
  await user.create(canaries, canaryOf({ iterations: 2 }));
  await clock.advance(55_000);
  await setImage(user, "podinfo:2");
  await clock.advance(300_000);
  return { writes, unrecorded, final: await finalOf(stage), analyses: analyses(), alerts: alerts(), unsafe };
}

const isAlert = (line: string): boolean => line.includes(" Slack ");
const isAnalysis = (line: string): boolean => line.includes(" Prometheus ");
const untimed = (line: string): string => line.replace(/^\S+ /, "");

async function finalOf({ user }: Stage): Promise<Outcome["final"]> {
  const { status = {} } = await user.get(canaries, key);
  const pods = await Promise.all(
    ["podinfo", "podinfo-primary"].map(async (name) => {
      const { spec } = await user.get(deployments, { ...key, name });
      return `${spec?.replicas ?? 1} of ${spec?.template.spec?.containers[0]?.image ?? ""}`;
    }),
  );
  const { spec } = await user.get(services, key);
  const { phase, failedChecks, iterations, lastAppliedSpec, lastPromotedSpec } = status;
  return { phase, failedChecks, iterations, lastAppliedSpec, lastPromotedSpec, pods, selects: spec?.selector };
}

/** Notes every write after which the apex Service selects pods of which none is available, or none is asked for. */
function watchApex(api: ApiServer): readonly string[] {
  const unsafe: string[] = [];
  const live = new Map<string, Deployment>();
  let selected: string | undefined;
  let served = false;
  api.onWrite(({ type, object }) => {
    const { kind = "", metadata } = object;
    const { name } = metadata;
    if (kind === "Deployment") live.set(name, object as unknown as Deployment);
    if (kind === "Service" && name === "podinfo") selected = (object as unknown as Service).spec?.selector?.["app"];
    const { spec, status } = live.get(selected ?? "") ?? {};
    const available = Math.min(spec?.replicas ?? 1, status?.availableReplicas ?? 0);
    served ||= available > 0;
    if (served && available === 0) unsafe.push(`${type} ${kind} ${name}: nobody behind ${selected ?? "the apex"}`);
  });
  return unsafe;
}

/** Hashes of the pod templates with podinfo:1 and podinfo:2. */
const [first, second] = ["v1:6001666fd3fd6f6f", "v1:b3083559bf252bef"];
const before = [
  "Slack (good) podinfo.test: New Deployment detected, initialization completed.",
  "Slack (good) podinfo.test: New revision detected, progressing canary analysis.",
];

const good: Outcome = {
  final: {
    phase: "Succeeded",
    failedChecks: 0,
    iterations: 0,
    lastAppliedSpec: second,
    lastPromotedSpec: second,
    pods: ["0 of podinfo:2", "2 of podinfo:2"],
    selects: { app: "podinfo-primary" },
  },
  analyses: 2,
  alerts: [...before, "Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished."],
  unsafe: [],
};

const bad: Outcome = {
  final: {
    phase: "Failed",
    failedChecks: 0,
    iterations: 0,
    lastAppliedSpec: second,
    lastPromotedSpec: first,
    pods: ["0 of podinfo:2", "2 of podinfo:1"],
    selects: { app: "podinfo-primary" },
  },
  analyses: 2,
  alerts: [...before, "Slack (danger) podinfo.test: Failed checks threshold reached 2"],
  unsafe: [],
};

/** Spoils one write after the other, each in a release of its own, and says which outcomes are not as they should be. */
async function spoilEach(rate: number, usual: Outcome, mishap: Mishap): Promise<readonly unknown[]> {
  const wrong: unknown[] = [];
  const { writes } = await release(rate);
  for (let n = 1; n <= writes; n++) {
    let spoilt = "";
    const { final, analyses, alerts, unsafe, unrecorded } = await release(rate, (write, { method, path }) => {
      if (write !== n) return undefined;
      spoilt = `${method} ${path}`;
      return mishap;
    });
    // What a crash kept from being recorded is done again.
    const expected = {
      ...usual,
      analyses: Math.max(analyses, usual.analyses),
      alerts: usual.alerts.flatMap((alert) => (unrecorded.includes(alert) ? [alert, alert] : alert)),
    };
    const outcome = { final, analyses, alerts, unsafe };
    if (!isDeepStrictEqual(outcome, expected)) wrong.push({ n, spoilt, outcome });
  }
  return wrong;
}

describe.each([
  ["good", 100, good],
  ["bad", 0, bad],
] as const)("a %s release", (_, rate, usual) => {
  test("ends as it should", async () => {
    expect(await release(rate)).toMatchObject(usual);
  });

  test.each<[string, Mishap]>([
    ["a crash before it", "crash before"],
    ["a crash after it", "crash after"],
    ["a conflict", { kind: "answer", status: 409 }],
    ["too many requests", { kind: "answer", status: 429 }],
    ["a failure of the API server", { kind: "answer", status: 500 }],
    ["no answer", { kind: "hang", served: false }],
    ["a lost answer", { kind: "cut", served: true }],
  ])("ends in the same way when any one write meets %s", async (_name, mishap) => {
    expect(await spoilEach(rate, usual, mishap)).toEqual([]);
  });
});
