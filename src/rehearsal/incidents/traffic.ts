import { kinds } from "../../simulator/controllers/kinds.ts";
import { acknowledge, alert, behindGateway, hook, podsOf, released, rolledBack, toldOf } from "./incident.ts";
import type { Incidents } from "./incident.ts";

const stuckPrimary = "podinfo-primary podinfo:2";

/** Traffic sent to where there are no pods, or too few. */
export const trafficIncidents: Incidents = {
  "users stay on the canary when the primary cannot run what they already use": {
    issues: ["flagger#1898", "flagger#1931", "flagger#1932"],
    happened:
      "A promotion got stuck: all users were sent back to the broken primary, and the healthy canary was emptied.",
    analysis: { iterations: 2 },
    happens: async ({ answers, push, wait }) => {
      answers.pace.set(stuckPrimary, () => "never");
      await push(2);
      await wait(900);
    },
    noticed: {
      users: ["primary", "canary"],
      phases: ["Progressing", "Promoting", "Failed"],
      alerts: [alert.begun, alert.stuck],
    },
  },
  "users stay on the canary behind a gateway, too, when the promotion gets stuck": {
    issues: ["flagger#1898", "flagger#1932"],
    happened:
      "The same with weights: the rollback sent everybody to the primary, which had no pod of the new revision.",
    spec: behindGateway,
    analysis: { stepWeight: 50, maxWeight: 50 },
    happens: async ({ answers, push, wait }) => {
      answers.pace.set(stuckPrimary, () => "never");
      await push(2);
      await wait(900);
    },
    noticed: {
      users: ["100/0", "50/50", "0/100"],
      phases: ["Progressing", "Promoting", "Failed"],
      alerts: [alert.begun, alert.stuck],
    },
  },
  "the canary keeps its pods until a slow primary is ready": {
    issues: ["flagger#1202"],
    happened: "The canary was scaled to zero while the pods of the primary were still starting.",
    spec: { ...behindGateway, progressDeadlineSeconds: 300 },
    analysis: { iterations: 1 },
    happens: async ({ answers, push, wait }) => {
      answers.pace.set(stuckPrimary, () => 90_000);
      await push(2);
      await wait(600);
    },
    noticed: { users: ["100/0", "0/100", "100/0"], phases: released, alerts: [alert.begun, alert.promoted] },
  },
  "an apex Service that points at a canary leaves it only for pods that are ready": {
    issues: ["argo-rollouts#2235", "argo-rollouts#2050"],
    happened: "The Service was switched, or the old pods were removed, before the new pods could be called.",
    analysis: { iterations: 1 },
    happens: async ({ answers, push, wait }) => {
      answers.pace.set(stuckPrimary, () => "never");
      await push(2);
      await wait(900);
      answers.pace.set("podinfo podinfo:3", () => 20_000);
      await push(3);
      await wait(300);
    },
    noticed: {
      users: ["primary", "canary", "primary"],
      phases: ["Progressing", "Promoting", "Failed", ...released],
      alerts: [alert.begun, alert.stuck, alert.begun, alert.promoted],
    },
  },
  "a new primary is as large as what it takes over from": {
    issues: ["flagger#1209"],
    happened: "The primary began with the least number of pods that its autoscaler allows, and got all users.",
    load: 6,
    fromTheStart: true,
    analysis: { iterations: 1 },
    happens: ({ wait }) => wait(60),
    noticed: { users: ["canary", "primary"], phases: ["Initializing", "Initialized"], alerts: [alert.installed] },
  },
  "a canary with fewer pods than the primary does not get its users for a promotion": {
    issues: ["flagger#1209"],
    happened: "A copy began with the least number of pods that its autoscaler allows, and got all users.",
    load: 6,
    spec: behindGateway,
    analysis: { iterations: 1 },
    happens: async ({ push, wait }) => {
      await push(2);
      await wait(300);
    },
    noticed: { users: ["100/0"], phases: released, alerts: [alert.begun, alert.promoted] },
  },
  "a primary gets users back by a promotion only when it has pods for all of them": {
    issues: ["flagger#1600", "flagger#381", "argo-rollouts#3020", "argo-rollouts#3372", "argo-rollouts#3888"],
    happened: "While the canary carried the load, the autoscaler shrank the primary; then it got all users at once.",
    load: 8,
    spec: behindGateway,
    analysis: { interval: "4m", stepWeight: 25, maxWeight: 75 },
    happens: async ({ answers, push, wait, note, story }) => {
      await push(2);
      await wait(1500);
      note(podsOf(story));
      answers.load = 2;
      await wait(700);
      note(podsOf(story));
    },
    noticed: {
      // While the canary's autoscaler adds pods, its users are served by those that the primary has kept.
      users: ["100/0", "75/25", "50/50", "25/75, 4 of 6 pods on canary", "100/0", "25/75", "100/0"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
      facts: ["0 of podinfo, 8 of podinfo-primary", "0 of podinfo, 2 of podinfo-primary"],
    },
  },
  "a primary gets users back by a rollback only when it has pods for all of them": {
    issues: ["flagger#869", "argo-rollouts#3077"],
    happened:
      "While the canary carried the load, the autoscaler shrank the primary; then a rollback sent everybody to it.",
    load: 8,
    spec: behindGateway,
    analysis: { interval: "4m", stepWeight: 25, maxWeight: 100 },
    happens: async ({ answers, push, wait, note, story }) => {
      await push(2);
      await wait(800);
      answers.successRate = 50;
      await wait(600);
      note(podsOf(story));
    },
    noticed: {
      users: [
        "100/0",
        "75/25",
        "50/50",
        "25/75, 4 of 6 pods on canary",
        "100/0",
        "25/75",
        "0/100, 7 of 8 pods on canary",
        "100/0",
        "0/100",
        "100/0",
      ],
      phases: rolledBack,
      alerts: [alert.begun, alert.failed],
      facts: ["0 of podinfo, as many of podinfo-primary"],
    },
  },
  "a canary without pods gets nobody, however long a gate is closed": {
    issues: ["flagger#874"],
    happened: "While a gate held a release up, the canary had a weight but no pods.",
    spec: behindGateway,
    analysis: { stepWeight: 50, maxWeight: 50, webhooks: [hook("confirm-rollout"), hook("confirm-promotion")] },
    terms: { podsGo: true },
    happens: async ({ answers, push, wait, scale, note, story }) => {
      answers.hooks.set("confirm-rollout", 403);
      answers.hooks.set("confirm-promotion", 403);
      await push(2);
      await wait(300);
      note(podsOf(story));
      answers.hooks.set("confirm-rollout", 200);
      await wait(60);
      await scale("podinfo", 0);
      await wait(60);
      answers.hooks.set("confirm-promotion", 200);
      await wait(60);
    },
    noticed: {
      users: ["100/0", "50/50", "50/50, nobody on canary", "100/0", "50/50", "100/0"],
      phases: ["Waiting", "Progressing", "WaitingPromotion", "Promoting", "Finalising", "Succeeded"],
      alerts: [
        "(good) Canary is waiting for approval.",
        alert.begun,
        "(good) Canary promotion is waiting for approval.",
        alert.promoted,
      ],
      facts: ["0 of podinfo, as many of podinfo-primary"],
    },
  },
  "autoscalers do not touch who serves users in the middle of a release": {
    issues: ["argo-rollouts#1415"],
    happened: "An event of an autoscaler in the middle of a release scaled the stable version to zero.",
    load: 6,
    analysis: { interval: "1m", iterations: 12 },
    happens: async ({ answers, push, wait, note, story }) => {
      await push(2);
      await wait(60);
      answers.load = 0;
      await wait(400);
      note(podsOf(story));
      answers.load = 10;
      await wait(60);
      note(podsOf(story));
      await wait(600);
    },
    noticed: {
      users: ["primary"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
      facts: ["2 of podinfo, as many of podinfo-primary", "2 of podinfo, 11 of podinfo-primary"],
    },
  },
  "a rollback hook that answers while nothing is released does nothing": {
    issues: ["argo-rollouts#1292"],
    happened: "An abort without a release under way scaled the stable version to zero.",
    analysis: { iterations: 2, webhooks: [hook("rollback")] },
    happens: async ({ answers, wait, note, story, operator }) => {
      const before = operator.requests.length;
      answers.hooks.set("rollback", 200);
      await wait(300);
      note(`${podsOf(story)}, ${operator.requests.length - before} requests`);
    },
    noticed: {
      users: ["primary"],
      phases: [],
      alerts: [],
      facts: ["as many of podinfo, as many of podinfo-primary, 0 requests"],
    },
  },
  "weights that do not add up stop at 0 and 100": {
    issues: ["argo-rollouts#3589"],
    happened: "A route got the weights -25 and 125.",
    spec: behindGateway,
    analysis: { stepWeight: 40, stepWeightPromotion: 70 },
    happens: async ({ push, wait }) => {
      await push(2);
      await wait(300);
    },
    noticed: {
      users: ["100/0", "60/40", "20/80", "0/100", "70/30", "100/0"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
    },
  },
  "a weight counts when the gateway has taken it": {
    issues: ["argo-rollouts#4347"],
    happened: "A weight was taken for granted once it stood in the object, before any proxy knew of it.",
    spec: behindGateway,
    analysis: { stepWeight: 50, maxWeight: 50 },
    happens: async ({ user, push, wait, note, story }) => {
      const checks = (): string => `${story.filter((line) => line.includes("Prometheus")).length} checks`;
      await acknowledge(user);
      await push(2);
      await wait(120);
      note(checks());
      await acknowledge(user);
      await wait(20);
      note(checks());
      await acknowledge(user);
      await wait(60);
    },
    noticed: {
      users: ["100/0", "50/50", "100/0"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
      facts: ["0 checks", "1 checks"],
    },
  },
  "a canary that was rolled back stays empty, whatever autoscalers do": {
    issues: ["argo-rollouts#4973"],
    happened: "Each step of the autoscaler scaled the aborted canary up again, and the Service went to and fro.",
    load: 4,
    analysis: { iterations: 2 },
    happens: async ({ answers, push, wait, note, story }) => {
      answers.successRate = 50;
      await push(2);
      await wait(120);
      answers.load = 10;
      await wait(120);
      note(podsOf(story));
    },
    noticed: {
      users: ["primary"],
      phases: rolledBack,
      alerts: [alert.begun, alert.failed],
      facts: ["0 of podinfo, 10 of podinfo-primary"],
    },
  },
  "a pod that dies while the primary is replaced costs nobody else": {
    issues: ["argo-rollouts#4221"],
    happened: "A pod that restarted during an update left users without any.",
    analysis: { iterations: 1 },
    terms: { podsGo: true },
    happens: async ({ user, pods, push, wait, note, story }) => {
      await push(2);
      await wait(16);
      const { items } = await user.list(kinds.pods, { namespace: "test", labelSelector: "app=podinfo-primary" });
      const old = items.find(({ spec }) => spec?.containers[0]?.image === "podinfo:1");
      pods.crash(old?.metadata.name ?? "");
      await wait(120);
      note(toldOf(story, "podinfo-primary: 1 available").length > 0 ? "1 pod was left" : "nothing happened");
    },
    noticed: { users: ["primary"], phases: released, alerts: [alert.begun, alert.promoted], facts: ["1 pod was left"] },
  },
  "a first installation takes users along only when the primary is ready": {
    issues: ["flagger#773", "flagger#1444", "flagger#1451", "flagger#256", "flagger#257"],
    happened: "From the creation of the Canary until its primary was ready, or while pods went, users got errors.",
    fromTheStart: true,
    analysis: { iterations: 1 },
    happens: async ({ answers, wait }) => {
      answers.pace.set("podinfo-primary podinfo:1", () => 30_000);
      await wait(60);
    },
    noticed: { users: ["canary", "primary"], phases: ["Initializing", "Initialized"], alerts: [alert.installed] },
  },
  "a first installation behind a gateway does so, too": {
    issues: ["flagger#773", "flagger#1444"],
    happened: "The same with a gateway in front.",
    spec: behindGateway,
    fromTheStart: true,
    analysis: { stepWeight: 50 },
    happens: async ({ answers, wait }) => {
      answers.pace.set("podinfo-primary podinfo:1", () => 30_000);
      await wait(60);
    },
    noticed: {
      users: ["canary", "primary", "100/0"],
      phases: ["Initializing", "Initialized"],
      alerts: [alert.installed],
    },
  },
};
