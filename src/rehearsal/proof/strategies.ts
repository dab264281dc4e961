import type { DeploymentStrategy } from "kubernetes-types/apps/v1.d.ts";
import type { Analysis, CanarySpec } from "../../api/canary.ts";

/** A way to release, with all that it has of its own. Each has an analysis every 10 seconds and allows one failed check. */
export interface Strategy {
  readonly spec: Partial<CanarySpec>;
  readonly analysis: Partial<Analysis>;
  /** How Kubernetes replaces the pods of the target and of its copy: one by one unless told. */
  readonly deployment?: DeploymentStrategy;
  /** How many checks a revision must have passed before users are given it for good. */
  readonly checks: number;
}

const gateway: Partial<CanarySpec> = {
  provider: "gatewayapi:v1",
  service: { port: 9898, gatewayRefs: [{ name: "gateway" }] },
};
const none: Partial<CanarySpec> = {};
const sticky = { cookieName: "canary", maxAge: 60 };
const hook = (type: NonNullable<Analysis["webhooks"]>[number]["type"] & string) => ({
  name: type,
  type,
  url: `http://hooks/${type}`,
});

/** All strategies, by name. */
export const strategies: Readonly<Record<string, Strategy>> = {
  "blue/green": { spec: none, analysis: { iterations: 2 }, checks: 2 },
  "blue/green with hooks": {
    spec: none,
    analysis: {
      iterations: 2,
      webhooks: [
        hook("confirm-rollout"),
        hook("pre-rollout"),
        hook("rollout"),
        hook("confirm-promotion"),
        hook("post-rollout"),
        hook("rollback"),
      ],
    },
    checks: 2,
  },
  "blue/green of pods that go at once": {
    spec: none,
    deployment: { type: "Recreate" },
    analysis: { iterations: 2 },
    checks: 2,
  },
  "blue/green behind a gateway": { spec: gateway, analysis: { iterations: 2 }, checks: 2 },
  "blue/green with a mirror": { spec: gateway, analysis: { iterations: 2, mirror: true }, checks: 2 },
  "A/B": {
    spec: gateway,
    analysis: { iterations: 2, match: [{ headers: { "x-canary": { exact: "insider" } } }] },
    checks: 2,
  },
  "step weight": { spec: gateway, analysis: { stepWeight: 40, maxWeight: 80 }, checks: 2 },
  "step weight of pods that go at once": {
    spec: gateway,
    deployment: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: "100%" } },
    analysis: { stepWeight: 40, maxWeight: 80 },
    checks: 2,
  },
  "step weights": { spec: gateway, analysis: { stepWeights: [10, 60] }, checks: 2 },
  "step weight, also of the promotion": {
    spec: gateway,
    analysis: { stepWeight: 50, maxWeight: 50, stepWeightPromotion: 50 },
    checks: 1,
  },
  "step weight after a mirror": {
    spec: gateway,
    analysis: { stepWeight: 50, maxWeight: 50, mirror: true },
    checks: 2,
  },
  "step weight with session affinity": {
    spec: gateway,
    analysis: { stepWeight: 50, maxWeight: 50, sessionAffinity: sticky },
    checks: 1,
  },
  "A/B of pods that go at once": {
    spec: gateway,
    deployment: { type: "Recreate" },
    analysis: { iterations: 2, match: [{ headers: { "x-canary": { exact: "insider" } } }] },
    checks: 2,
  },
  "no analysis of pods that go at once": {
    spec: { skipAnalysis: true },
    deployment: { type: "Recreate" },
    analysis: { iterations: 2 },
    checks: 0,
  },
  "no analysis": { spec: { skipAnalysis: true }, analysis: { iterations: 2 }, checks: 0 },
};
