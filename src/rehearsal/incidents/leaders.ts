import { lead } from "../../kubernetes/lease.ts";
import type { CanaryStatus } from "../../api/canary.ts";
import { createClient } from "../../kubernetes/http-client.ts";
import type { ApiRequest } from "../../kubernetes/transport.ts";
import { alert, behindGateway, hook, released, rolledBack, toldOf } from "./incident.ts";
import type { Incidents, World } from "./incident.ts";

/** Several operators at once, and messages that come never or too often. */
export const leaderIncidents: Incidents = {
  "of three operators with an election one works, and each message comes once": {
    issues: ["argo-rollouts#1667", "argo-rollouts#2556", "argo-rollouts#3095"],
    happened: "Each replica of the controller sent each notification.",
    analysis: { iterations: 2 },
    startsNothing: true,
    happens: async (world) => {
      const many = ["a", "b", "c"].map((name) => enter(world, name));
      await world.wait(60);
      await world.push(2);
      await world.wait(120);
      for (const { leave } of many) leave();
      await world.wait(10);
      world.note(many.map(({ requests }) => (requests() > 0 ? "worked" : "waited")).join(", "));
    },
    noticed: {
      users: ["canary", "primary"],
      phases: ["Initializing", "Initialized", ...released],
      alerts: [alert.installed, alert.begun, alert.promoted],
      facts: ["0s a leads", "180s a rests", "worked, waited, waited"],
    },
  },
  "a leader that cannot reach the API server stops before another begins, which then goes on": {
    issues: ["argo-rollouts#2117", "argo-rollouts#2291"],
    happened: "A controller that had lost its leadership worked on beside the new leader.",
    analysis: { iterations: 9 },
    startsNothing: true,
    happens: async (world) => {
      const first = enter(world, "first");
      await world.wait(10);
      enter(world, "second");
      await world.wait(30);
      await world.push(2);
      await world.wait(30);
      first.cutOff();
      await world.wait(300);
    },
    noticed: {
      users: ["canary", "primary"],
      phases: ["Initializing", "Initialized", ...released],
      alerts: [alert.installed, alert.begun, alert.promoted],
      facts: ["0s first leads", "105s first rests", "120s second leads"],
    },
  },
  "two operators without an election step no faster than one": {
    issues: ["flagger#1613"],
    happened: "Two replicas without an election shifted traffic faster than the interval says.",
    spec: behindGateway,
    analysis: { stepWeight: 20, maxWeight: 60 },
    terms: { checks: 3 },
    happens: async ({ startAnother, push, wait, note, api, clock }) => {
      startAnother();
      await push(2);
      const pushed = clock.now();
      const weights = new Set<number>();
      api.onWrite(({ object: { kind, status } }) => {
        const { canaryWeight = 0 } = (status ?? {}) as CanaryStatus;
        if (kind !== "Canary" || canaryWeight === 0 || weights.has(canaryWeight)) return;
        weights.add(canaryWeight);
        note(`${canaryWeight} % after ${Math.round((clock.now() - pushed) / 1000)} s`);
      });
      await wait(120);
    },
    noticed: {
      users: ["100/0", "80/20", "100/0", "80/20", "60/40", "40/60", "100/0"],
      phases: released,
      alerts: [alert.begun, alert.promoted, alert.promoted],
      facts: ["20 % after 5 s", "40 % after 15 s", "60 % after 25 s"],
    },
  },
  "a release that its tests stop is told of": {
    issues: ["flagger#1663"],
    happened: "When pre-rollout tests failed until the release was rolled back, nobody was told.",
    analysis: { iterations: 1, webhooks: [hook("pre-rollout")] },
    happens: async ({ answers, push, wait }) => {
      answers.hooks.set("pre-rollout", 500);
      await push(2);
      await wait(60);
    },
    noticed: { users: ["primary"], phases: rolledBack, alerts: [alert.begun, alert.failed] },
  },
  "an alert that cannot be sent is tried again, and then said in an event": {
    issues: ["flagger#1663"],
    happened: "Failures stayed silent.",
    analysis: { interval: "1m", iterations: 1 },
    happens: async ({ answers, push, wait, note, events }) => {
      answers.slack = 500;
      answers.successRate = 50;
      await push(2);
      await wait(120);
      answers.slack = 503;
      await wait(6);
      answers.slack = 200;
      await wait(60);
      for (const event of toldOf(events, "could not be sent")) note(event.replace(/^\S+ /, ""));
    },
    noticed: {
      users: ["primary"],
      phases: rolledBack,
      alerts: [
        "(good) New revision detected, progressing canary analysis. refused with 500",
        "(good) New revision detected, progressing canary analysis. refused with 500",
        "(good) New revision detected, progressing canary analysis. refused with 500",
        "(danger) Failed checks threshold reached 2 refused with 503",
        "(danger) Failed checks threshold reached 2 refused with 503",
        alert.failed,
      ],
      facts: ["Warning Alert to global could not be sent: alert not sent to slack at slack: status 500"],
    },
  },
};

/** A candidate for leadership, which runs an operator while it leads, and has nothing to say once it is cut off. */
function enter(world: World, identity: string) {
  const { api, clock, note } = world;
  const stop = new AbortController();
  const began = clock.now();
  let isCut = false;
  let requests = (): number => 0;
  const fault = (_: ApiRequest) => (isCut ? ({ kind: "hang", served: false } as const) : undefined);
  const client = createClient(api.connect(fault), clock);
  const lease = { namespace: "test", name: "flagger-leader-election" };
  const say = (what: string): void => {
    note(`${Math.round((clock.now() - began) / 1000)}s ${identity} ${what}`);
  };
  void lead({ client, clock, lease, identity, onError: () => undefined }, stop.signal, async (leading) => {
    say("leads");
    const operator = world.start({ mishap: fault });
    requests = () => operator.requests.length;
    await new Promise((resolve) => {
      leading.addEventListener("abort", resolve);
    });
    await operator.stop();
    say("rests");
  });
  return {
    requests: () => requests(),
    leave: () => {
      stop.abort();
    },
    cutOff: () => {
      isCut = true;
    },
  };
}
