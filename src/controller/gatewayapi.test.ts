import { expect, test } from "vitest";
import type { Analysis, CanarySpec } from "../api/canary.ts";
import { canaries } from "../api/canary.ts";
import { deployments } from "../kubernetes/resources.ts";
import type { HttpRoute } from "../routing/gatewayapi/http-route.ts";
import { canaryOf, deploymentOf, setImage } from "../rehearsal/podinfo.ts";
import { openStage } from "../rehearsal/stage.ts";
import type { OperatorOptions, Stage, Surroundings } from "../rehearsal/stage.ts";

/** A stage with podinfo, a Canary for it that comes through a Gateway, and an operator; and each HTTPRoute's rules. */
async function open(
  surroundings: Surroundings,
  analysis: Partial<Analysis>,
  operator: OperatorOptions = {},
): Promise<Stage & { readonly routes: readonly string[] }> {
  const stage = await openStage(surroundings);
  const routes: string[] = [];
  stage.api.onWrite(({ object }) => {
    if (object.kind === "HTTPRoute") routes.push(describeRules(object as unknown as HttpRoute));
  });
  stage.start(operator);
  const spec: Partial<CanarySpec> = {
    provider: "gatewayapi:v1",
    service: { port: 9898, gatewayRefs: [{ name: "gateway" }] },
  };
  const { iterations: _, ...usual } = canaryOf().spec.analysis;
  await stage.user.create(deployments, deploymentOf({}));
  await stage.user.create(canaries, canaryOf({}, { ...spec, analysis: { ...usual, ...analysis } }));
  await stage.clock.advance(60_000);
  return { ...stage, routes };
}

/** Weights of primary and canary, rule by rule; `+` for a mirror. */
function describeRules({ spec }: HttpRoute): string {
  const rules = (spec.rules ?? []).map(({ backendRefs = [], filters = [] }) => {
    const copies = filters.some(({ type }) => type === "RequestMirror") ? "+" : "";
    return backendRefs.map(({ weight }) => weight).join("/") + copies;
  });
  return rules.join(", ");
}

test.each<[string, Surroundings, Partial<Analysis>, readonly string[]]>([
  ["weighs requests", {}, { stepWeight: 30, maxWeight: 60 }, ["100/0", "70/30", "40/60", "100/0"]],
  ["goes back when it fails", { successRate: () => 50 }, { stepWeight: 30 }, ["100/0", "70/30", "100/0"]],
  [
    "mirrors requests before the first step",
    {},
    { stepWeight: 50, maxWeight: 50, mirror: true },
    ["100/0", "100/0+", "50/50", "100/0"],
  ],
  ["mirrors requests in blue/green", {}, { iterations: 2, mirror: true }, ["100/0", "100/0+", "0/100", "100/0"]],
  [
    "tries a revision with some users",
    {},
    { iterations: 2, match: [{ headers: { "x-user": { exact: "insider" } } }] },
    ["100/0, 100", "0/100, 100", "100/0, 100"],
  ],
  [
    "keeps users where they are",
    {},
    { stepWeight: 50, maxWeight: 50, sessionAffinity: { cookieName: "c", primaryCookieName: "p" } },
    ["100/0", "0/100, 100/0, 50/50", "100/0, 100/0"],
  ],
])("%s", async (_, surroundings, analysis, routes) => {
  const stage = await open(surroundings, analysis);
  await setImage(stage.user, "podinfo:2");
  await stage.clock.advance(600_000);
  expect(stage.routes).toEqual(routes);
});

test("leaves users where they are while a weight is out of range, and goes on when it is corrected", async () => {
  const stage = await open({}, { stepWeight: 30, maxWeight: 60 });
  const { user, clock, routes, events, turnPage } = stage;
  const stepsBy = (stepWeight: number) => {
    const body = { spec: { analysis: { stepWeight } } };
    return user.patch(canaries, { namespace: "test", name: "podinfo" }, { type: "merge", body });
  };
  await setImage(user, "podinfo:2");
  await clock.advance(10_000);
  turnPage();
  await stepsBy(-10);
  await clock.advance(600_000);
  expect([routes, events]).toEqual([
    ["100/0", "70/30"],
    ["70s Warning spec.analysis.stepWeight: must be 0 to 100, not -10"],
  ]);
  await stepsBy(30);
  await clock.advance(600_000);
  expect(routes).toEqual(["100/0", "70/30", "40/60", "100/0"]);
});

test("gives users back their target although a weight is out of range", async () => {
  const { user, clock } = await open({}, { stepWeight: 30 });
  const key = { namespace: "test", name: "podinfo" };
  const body = { spec: { revertOnDeletion: true } };
  await user.patch(canaries, key, { type: "merge", body });
  await clock.advance(10_000);
  await user.patch(canaries, key, { type: "merge", body: { spec: { analysis: { stepWeight: -10 } } } });
  await clock.advance(10_000);
  await user.delete(canaries, key);
  await clock.advance(60_000);
  expect(await user.get(deployments, key)).toMatchObject({ spec: { replicas: 2 } });
});

test("says what is missing where the cluster has no HTTPRoutes, and leaves the target serving", async () => {
  const stage = await open(
    {},
    { stepWeight: 50 },
    { mishap: ({ path }) => (path.includes("httproutes") ? { kind: "answer", status: 404 } : undefined) },
  );
  expect(stage.events.at(-1)).toContain(
    "Warning HTTPRoute is not served by this cluster: install the CRDs of the Gateway API",
  );
  expect(await stage.user.get(deployments, { namespace: "test", name: "podinfo" })).toMatchObject({
    spec: { replicas: 2 },
  });
});
