import { deployments, services } from "../../kubernetes/resources.ts";
import { alert, behindGateway, httpRoutes, podsOf, released } from "./incident.ts";
import type { Incidents, World } from "./incident.ts";

const key = { namespace: "test", name: "podinfo" };

/** Git that puts back what an operator has changed. */
export const gitopsIncidents: Incidents = {
  "weights that Git puts back are mended in the same instant, once each time": {
    issues: ["argo-rollouts, Argo CD guide"],
    happened: "Git put the weights of the route back to those of its manifest, and the route went to and fro.",
    spec: behindGateway,
    analysis: { interval: "1m", stepWeight: 50, maxWeight: 50 },
    terms: { podsGo: true },
    happens: async (world) => {
      const { user, push, wait } = world;
      await push(2);
      await wait(20);
      const manifest = (await user.get(httpRoutes, key)) as unknown as Route;
      const counted = countWrites(world);
      for (let time = 0; time < 5; time++) {
        await user.patch(httpRoutes, key, { type: "merge", body: { spec: { rules: weighted(manifest, 100, 0) } } });
        await wait(5);
      }
      counted();
      await wait(120);
    },
    noticed: {
      users: [
        "100/0",
        "50/50",
        "100/0",
        "50/50",
        "100/0",
        "50/50",
        "100/0",
        "50/50",
        "100/0",
        "50/50",
        "100/0",
        "50/50",
        "100/0",
      ],
      phases: released,
      alerts: [alert.begun, alert.promoted],
      facts: ["5 writes"],
    },
  },
  "a selector that Git puts back is mended in the same instant": {
    issues: ["flagger#1026"],
    happened:
      "The chart put the selector of the Service back to the empty target: nobody was served for up to 15 seconds.",
    analysis: { iterations: 3 },
    terms: { podsGo: true },
    happens: async (world) => {
      const { user, wait, note } = world;
      const counted = countWrites(world);
      for (let time = 0; time < 3; time++) {
        await user.patch(services, key, { type: "merge", body: { spec: { selector: { app: "podinfo" } } } });
        await wait(0.001);
        note(`a millisecond later it selects ${(await user.get(services, key)).spec?.selector?.["app"] ?? ""}`);
        await wait(30);
      }
      counted();
    },
    noticed: {
      users: [
        "primary",
        "canary, nobody on canary",
        "primary",
        "canary, nobody on canary",
        "primary",
        "canary, nobody on canary",
        "primary",
      ],
      phases: [],
      alerts: [],
      facts: [
        "a millisecond later it selects podinfo-primary",
        "a millisecond later it selects podinfo-primary",
        "a millisecond later it selects podinfo-primary",
        "3 writes",
      ],
    },
  },
  "replicas that Git puts back are left alone, and are no new revision": {
    issues: ["flagger#1504"],
    happened:
      "The zero replicas of the idle target were out of sync with Git for ever: each put back what the other had.",
    analysis: { iterations: 1 },
    happens: async (world) => {
      const { scale, wait, note, story } = world;
      const counted = countWrites(world);
      for (let time = 0; time < 3; time++) {
        await scale("podinfo", 2);
        await wait(60);
      }
      counted();
      note(podsOf(story));
    },
    noticed: {
      users: ["primary"],
      phases: [],
      alerts: [],
      facts: ["0 writes", "2 of podinfo, as many of podinfo-primary"],
    },
  },
  "a target that Git scales to zero in the middle is scaled up again before it is judged": {
    issues: ["flagger#1504", "flagger#874"],
    happened: "Git put the replicas of the target back to zero while it was being released.",
    analysis: { iterations: 3 },
    terms: { podsGo: true, checks: 3 },
    happens: async ({ scale, push, wait, note, story }) => {
      await push(2);
      await wait(12);
      await scale("podinfo", 0);
      await wait(3);
      note(podsOf(story));
      await wait(120);
    },
    noticed: {
      users: ["primary"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
      facts: ["2 of podinfo, as many of podinfo-primary"],
    },
  },
  "labels and annotations that are in Git stay as they are throughout a release": {
    issues: ["argo-rollouts-gatewayapi#208"],
    happened: "A label that said that a release was under way kept the route out of sync with Git.",
    spec: behindGateway,
    analysis: { stepWeight: 50, maxWeight: 50 },
    happens: async ({ user, api, push, wait, note }) => {
      const given = { labels: { team: "a" }, annotations: { "argocd.argoproj.io/tracking-id": "podinfo" } };
      await user.patch(deployments, key, { type: "merge", body: { metadata: given } });
      await user.patch(services, key, { type: "merge", body: { metadata: given } });
      await wait(1);
      const seen = new Set<string>();
      api.onWrite(({ object: { kind = "", metadata } }) => {
        if (metadata.name !== "podinfo" || !["Deployment", "Service", "HTTPRoute"].includes(kind)) return;
        const { "deployment.kubernetes.io/revision": _, ...annotations } = metadata.annotations ?? {};
        seen.add(`${kind}: ${JSON.stringify([metadata.labels ?? {}, annotations])}`);
      });
      await push(2);
      await wait(120);
      for (const line of seen) note(line);
    },
    noticed: {
      users: ["100/0", "50/50", "100/0"],
      phases: released,
      alerts: [alert.begun, alert.promoted],
      facts: [
        'Deployment: [{"team":"a"},{"argocd.argoproj.io/tracking-id":"podinfo"}]',
        'HTTPRoute: [{},{"kustomize.toolkit.fluxcd.io/reconcile":"disabled","helm.toolkit.fluxcd.io/driftDetection":"disabled"}]',
      ],
    },
  },
};

interface Route {
  readonly spec: { readonly rules: readonly { readonly backendRefs: readonly object[] }[] };
}

/** The rules of a route with other weights of primary and canary. */
function weighted({ spec }: Route, primary: number, canary: number): readonly object[] {
  return spec.rules.map((rule) => ({
    ...rule,
    backendRefs: rule.backendRefs.map((ref, index) => ({ ...ref, weight: index === 0 ? primary : canary })),
  }));
}

/** Notes how many writes the operator makes until it is called. */
function countWrites({ operator, note }: World): () => void {
  const count = (): number =>
    operator.requests.filter((request) => !request.startsWith("GET") && !request.endsWith("/events")).length;
  const before = count();
  return () => {
    note(`${count() - before} writes`);
  };
}
