import { expect, test } from "vitest";
import { canaries } from "../api/canary.ts";
import { deployments } from "../kubernetes/resources.ts";
import { canaryOf, deploymentOf, setImage } from "../rehearsal/podinfo.ts";
import { openStage } from "../rehearsal/stage.ts";
import { httpRoutes } from "../routing/gatewayapi/http-route.ts";

const key = { namespace: "test", name: "podinfo" };
const gateway = { provider: "gatewayapi:v1", service: { port: 9898, gatewayRefs: [{ name: "gateway" }] } } as const;

test("after a write whose answer is lost the route is read again before the next decision", async () => {
  let isLost = false;
  const stage = await openStage();
  const { user, clock } = stage;
  stage.start({
    mishap: ({ method, path }) => {
      if (!path.includes("httproutes")) return undefined;
      if (path.includes("watch=true")) return { kind: "hang", served: false };
      if (method !== "PATCH" || !isLost) return undefined;
      isLost = false;
      return { kind: "cut", served: true };
    },
  });
  const weights = async () => {
    const { spec } = await user.get(httpRoutes.v1, key);
    return spec.rules?.map(({ backendRefs = [] }) => backendRefs.map(({ weight }) => weight).join("/"));
  };
  await user.create(deployments, deploymentOf({}));
  await user.create(
    canaries,
    canaryOf({}, { ...gateway, analysis: { interval: "1m", threshold: 2, stepWeight: 50, maxWeight: 50 } }),
  );
  await clock.advance(60_000);
  isLost = true;
  await setImage(user, "podinfo:2");
  await clock.advance(5001);
  expect([isLost, await weights()]).toEqual([false, ["50/50"]]);

  await setImage(user, "podinfo:1");
  await clock.advance(10_000);
  expect(await weights()).toEqual(["100/0"]);
});
