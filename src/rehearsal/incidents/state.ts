import { canaries } from "../../api/canary.ts";
import { alert, behindGateway, hook, podsOf, released, rolledBack, toldOf } from "./incident.ts";
import type { Answers, Incident, Incidents } from "./incident.ts";

const canaryPods = "podinfo podinfo:2";

/** Releases that lose their way, or never come to an end. */
export const stateIncidents: Incidents = {
  "a revision that comes during an analysis gets a whole analysis of its own": {
    issues: ["flagger#30"],
    happened: "A revision that came during an analysis took over the checks that the one before had passed.",
    analysis: { iterations: 3 },
    terms: { checks: 3 },
    happens: async ({ push, wait, note, story }) => {
      await push(2);
      await wait(27);
      note(`${toldOf(story, "Prometheus").length} checks of podinfo:2`);
      await push(3);
      await wait(120);
      note(`${toldOf(story, "Prometheus").length} checks in all`);
    },
    noticed: {
      users: ["primary"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
      facts: ["2 checks of podinfo:2", "5 checks in all"],
    },
  },
  "after failures of both kinds the next revision is released": {
    issues: ["flagger#237", "flagger#379", "devantler-tech/platform#2387"],
    happened: "Once a release had failed, the Canary stayed Failed, whatever revisions came.",
    analysis: { iterations: 1 },
    happens: async ({ answers, push, wait }) => {
      answers.successRate = 50;
      await push(2);
      await wait(60);
      answers.successRate = 100;
      answers.pace.set("podinfo-primary podinfo:3", () => "never");
      await push(3);
      await wait(700);
      await push(4);
      await wait(120);
    },
    noticed: {
      users: ["primary", "canary", "primary"],
      phases: [...rolledBack, "Progressing", "Promoting", "Failed", ...released],
      alerts: [alert.begun, alert.failed, alert.begun, alert.stuck, alert.begun, alert.promoted],
    },
  },
  "a closed gate neither begins the analysis anew nor asks for the tests again": {
    issues: ["flagger#1248", "flagger#1468"],
    happened:
      "While a gate was closed, the analysis began anew at each interval, and its pre-rollout tests were run again.",
    spec: behindGateway,
    analysis: {
      stepWeight: 50,
      maxWeight: 50,
      webhooks: [hook("pre-rollout"), hook("confirm-traffic-increase"), hook("confirm-promotion")],
    },
    happens: async ({ answers, push, wait, note, story }) => {
      answers.hooks.set("confirm-traffic-increase", 403);
      answers.hooks.set("confirm-promotion", 403);
      await push(2);
      await wait(60);
      answers.hooks.set("confirm-traffic-increase", 200);
      await wait(60);
      answers.hooks.set("confirm-promotion", 200);
      await wait(60);
      note(`pre-rollout asked ${toldOf(story, "hook pre-rollout").length} times`);
    },
    noticed: {
      users: ["100/0", "50/50", "100/0"],
      phases: ["Progressing", "WaitingPromotion", "Promoting", "Finalising", "Succeeded"],
      alerts: [
        alert.begun,
        "(good) Canary traffic increase is waiting for approval.",
        "(good) Canary promotion is waiting for approval.",
        alert.promoted,
      ],
      facts: ["pre-rollout asked 1 times"],
    },
  },
  "a canary whose pods never become ready is given up at the deadline, and an alert says so": {
    issues: ["flagger#523", "flagger#1663", "flagger#1816"],
    happened: "A canary whose pods did not start was waited for for ever, or was rolled back without a word.",
    analysis: { iterations: 1 },
    happens: async ({ answers, push, wait, note, story }) => {
      answers.pace.set(canaryPods, () => "never");
      await push(2);
      await wait(120);
      const [begun = 0, failed = 0] = [/ Progressing/, / Failed/].map((phase) =>
        parseFloat(story.find((line) => phase.test(line)) ?? ""),
      );
      note(`given up after ${Math.round(failed - begun)} s`);
    },
    noticed: {
      users: ["primary"],
      phases: rolledBack,
      alerts: [
        alert.begun,
        "(danger) Progress deadline exceeded canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available",
      ],
      facts: ["given up after 60 s"],
    },
  },
  "a canary of which one pod never becomes ready is given up at the deadline": {
    issues: ["flagger#1578", "flagger#1247"],
    happened: "A canary with most of its pods, but never all of them, was waited for for hours, whatever the deadline.",
    analysis: { iterations: 1 },
    happens: async ({ answers, push, wait, scale }) => {
      await scale("podinfo-primary", 4);
      await wait(10);
      let started = 0;
      answers.pace.set(canaryPods, () => (++started > 3 ? "never" : 3000));
      await push(2);
      await wait(1500);
    },
    noticed: {
      users: ["primary"],
      phases: rolledBack,
      alerts: [
        alert.begun,
        "(danger) Progress deadline exceeded canary deployment podinfo.test not ready: waiting for rollout to finish: 3 of 4 (readyThreshold 100%) updated replicas are available",
      ],
    },
  },
  "a promotion that gets stuck comes to an end": {
    issues: ["flagger#1591"],
    happened: "A primary that was not ready by the deadline of its promotion was waited for for ever.",
    spec: behindGateway,
    analysis: { iterations: 1 },
    happens: async ({ answers, push, wait }) => {
      answers.pace.set("podinfo-primary podinfo:2", () => "never");
      await push(2);
      await wait(900);
    },
    noticed: {
      users: ["100/0", "0/100"],
      phases: ["Progressing", "Promoting", "Failed"],
      alerts: [alert.begun, alert.stuck],
    },
  },
  "an operator that starts anew leaves the users of an A/B test where they are": {
    issues: ["argo-rollouts#4716"],
    happened: "After a restart of the controller the rules that chose users by their headers were gone.",
    spec: behindGateway,
    analysis: { iterations: 9, match: [{ headers: { "x-canary": { exact: "insider" } } }] },
    happens: async (world) => {
      const { operator, push, wait } = world;
      await push(2);
      await wait(35);
      await operator.stop();
      await wait(5);
      world.start();
      await wait(120);
    },
    noticed: {
      users: ["100/0 and primary", "0/100 and primary", "100/0 and primary"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
    },
  },
  "a Canary that is deleted gives the target its pods back, and then its users": {
    issues: ["argo-rollouts#3855"],
    happened: "Whoever deleted the release was left with a Deployment of zero pods.",
    spec: { revertOnDeletion: true },
    analysis: { iterations: 1 },
    happens: async ({ answers, user, push, wait, note, story }) => {
      await push(2);
      await wait(60);
      note(podsOf(story));
      answers.pace.set(canaryPods, () => 20_000);
      await user.delete(canaries, { namespace: "test", name: "podinfo" });
      await wait(60);
      note(podsOf(story));
    },
    noticed: {
      users: ["primary", "canary"],
      phases: [...released, "Terminating", "gone"],
      alerts: [alert.begun, alert.promoted],
      facts: ["0 of podinfo, 2 of podinfo-primary", "2 of podinfo, 2 of podinfo-primary"],
    },
  },
  "what autoscalers do is no new revision": {
    issues: ["flagger#634"],
    happened: "Each change of an autoscaler was taken for a new revision, which began one release after the other.",
    load: 4,
    analysis: { iterations: 1 },
    happens: async ({ answers, push, wait, note, story }) => {
      await push(2);
      await wait(60);
      for (const load of [10, 3, 11, 2]) {
        answers.load = load;
        await wait(400);
        note(podsOf(story));
      }
    },
    noticed: {
      users: ["primary"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
      facts: [
        "0 of podinfo, 10 of podinfo-primary",
        "0 of podinfo, 3 of podinfo-primary",
        "0 of podinfo, 12 of podinfo-primary",
        "0 of podinfo, 3 of podinfo-primary",
      ],
    },
  },
  "a success rate that is not known promotes nothing": unknownRate("no values"),
  "a success rate of NaN promotes nothing": unknownRate(Number.NaN),
  "an answer that makes no sense promotes nothing": unknownRate("no sense"),
  "a metrics server that fails promotes nothing": unknownRate("an error"),
};

function unknownRate(answer: Answers["successRate"]): Incident {
  return {
    issues: ["argo-rollouts#1466", "argo-rollouts#180"],
    happened: "An empty result, or one that was not a number, counted as a good one.",
    analysis: { iterations: 2 },
    happens: async ({ answers, push, wait }) => {
      answers.successRate = answer;
      await push(2);
      await wait(120);
    },
    noticed: { users: ["primary"], phases: rolledBack, alerts: [alert.begun, alert.failed] },
  };
}
