import { canaries } from "../../api/canary.ts";
import type { CanarySpec } from "../../api/canary.ts";
import { deployments, horizontalPodAutoscalers, services } from "../../kubernetes/resources.ts";
import { autoscalerOf, autoscalerRef, busyCores, canaryOf, deploymentOf, setImage } from "../podinfo.ts";
import { watchInvariants } from "../proof/invariants.ts";
import type { Violation } from "../proof/invariants.ts";
import { openStage } from "../stage.ts";
import type { Operator, OperatorOptions } from "../stage.ts";
import type { Answers, Incident, Noticed, World } from "./incident.ts";
import { watchUsers } from "./users.ts";

const key = { namespace: "test", name: "podinfo" };
const podMs = 3000;

/**
 * What could be noticed of an incident, and which invariants it broke. `decide` takes the place of the operator's own
 * decisions.
 */
export async function play(
  incident: Incident,
  decide?: OperatorOptions["decide"],
): Promise<Required<Noticed> & { readonly violations: readonly Violation[] }> {
  const { load, terms, happens, startsNothing = false, fromTheStart = startsNothing } = incident;
  const answers: Answers = { hooks: new Map(), successRate: 100, pace: new Map(), load: load ?? 2, slack: 200 };
  const facts: string[] = [];
  let revision = 1;

  const stage = await openStage({
    hook: (name) => answers.hooks.get(name) ?? (name === "rollback" ? 404 : 200),
    pace: ({ metadata, spec }) =>
      answers.pace.get(`${metadata.labels?.["app"] ?? ""} ${spec?.containers[0]?.image ?? ""}`)?.() ?? podMs,
    successRate: () => {
      watched.checked(`podinfo:${revision}`, answers.successRate === 100);
      return answers.successRate;
    },
    slack: (text) => {
      if (answers.slack === 200) watched.alerted(text);
      return answers.slack;
    },
    usage: (_, pod) => ({ cpu: busyCores * busy(pod.replace(/-[^-]+-[^-]+$/, "")) }),
  });
  const { user, clock, story } = stage;
  const watched = watchInvariants(stage, {
    checks: 1,
    pods: load === undefined ? 2 : undefined,
    broken: [],
    brokenInPrimary: [],
    lateMs: 0,
    podsGo: false,
    ...terms,
  });
  const users = watchUsers(stage, () => answers.load);
  /** Share of its time that each pod of a Deployment is busy; 1 when there are just as many as the load asks for. */
  const busy = (deployment: string): number =>
    (answers.load * users.share(deployment)) / 100 / Math.max(1, users.pods(deployment));

  await user.create(deployments, deploymentOf({}));
  await user.create(services, { metadata: key, spec: { selector: { app: "podinfo" }, ports: [{ port: 9898 }] } });
  if (load !== undefined) await user.create(horizontalPodAutoscalers, autoscalerOf(12));
  await clock.advance(load === undefined ? 10_000 : 300_000);
  const operator = startsNothing ? idle : stage.start(decide === undefined ? {} : { decide });
  users.turnPage();
  await user.create(canaries, canaryOf({}, specOf(incident)));
  if (!fromTheStart) {
    await clock.advance(30_000);
    stage.turnPage();
    users.turnPage();
  }
  const world: World = {
    ...stage,
    answers,
    operator,
    startAnother: () => {
      watched.accompanied(1);
      stage.start();
    },
    wait: (seconds) => clock.advance(seconds * 1000),
    push: async (next) => {
      revision = next;
      await setImage(user, `podinfo:${next}`);
    },
    scale: async (name, replicas) => {
      await user.patch(deployments, { ...key, name }, { type: "merge", body: { spec: { replicas } } });
    },
    note: (fact) => {
      facts.push(fact);
    },
  };
  await happens(world);
  watched.settled();
  void operator.stop();
  return {
    users: users.seen,
    phases: found(story, / canary podinfo: (\w+)/).filter((phase, index, all) => phase !== all[index - 1]),
    alerts: found(story, / Slack (.*)/).map((line) => line.replace(" podinfo.test:", "")),
    facts,
    violations: watched.violations,
  };
}

const idle: Operator = {
  requests: [],
  warnings: [],
  breakWatches: () => undefined,
  stop: () => Promise.resolve(),
};

function specOf({ spec, analysis, load }: Incident): Partial<CanarySpec> {
  const metrics = [{ name: "request-success-rate", interval: "1m", thresholdRange: { min: 99 } }];
  return {
    progressDeadlineSeconds: 60,
    ...(load !== undefined && {
      autoscalerRef,
    }),
    ...spec,
    analysis: { interval: "10s", threshold: 2, metrics, ...analysis },
  };
}

/** What the pattern captures of each line that matches. */
function found(lines: readonly string[], pattern: RegExp): readonly string[] {
  return lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
}
