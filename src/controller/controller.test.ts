import { describe, expect, test } from "vitest";
import type { Analysis, CanarySpec, Webhook } from "../api/canary.ts";
import { canaries } from "../api/canary.ts";
import { configMaps, deployments, services } from "../kubernetes/resources.ts";
import { canaryOf, deploymentOf, setImage } from "../rehearsal/podinfo.ts";
import { customResourceDefinitions, versionOf } from "../rehearsal/cluster.ts";
import { openStage } from "../rehearsal/stage.ts";
import type { Pace, Stage, Surroundings } from "../rehearsal/stage.ts";

const key = { namespace: "test", name: "podinfo" };
const hook = (name: string, type: NonNullable<Webhook["type"]> = "rollout"): Webhook => ({
  name,
  type,
  url: `http://hooks/${name}`,
});

/** What was told since the page was turned: the story, then the events. */
function told({ story, events, turnPage }: Stage): string {
  const text = [...story, "", ...events].join("\n");
  turnPage();
  return text;
}

/** A stage on which podinfo:1 is released: 60 seconds have passed. */
async function released(
  surroundings: Surroundings,
  analysis: Partial<Analysis> = {},
  spec: Partial<CanarySpec> = {},
): Promise<Stage> {
  const stage = await openStage(surroundings);
  stage.start();
  await stage.user.create(deployments, deploymentOf({}));
  await stage.user.create(canaries, canaryOf(analysis, spec));
  await stage.clock.advance(60_000);
  stage.turnPage();
  return stage;
}

async function respecify({ user }: Stage, spec: object): Promise<void> {
  await user.patch(canaries, key, { type: "merge", body: { spec } });
}

/** Puts a definition of Canaries in place that lets everything pass. */
async function loosen({ user }: Stage): Promise<void> {
  const body = { spec: { versions: [versionOf("v1beta1", true)] } };
  await user.patch(customResourceDefinitions, { name: "canaries.flagger.app" }, { type: "merge", body });
}

function imageOf({ spec }: Parameters<Pace>[0]): string | undefined {
  return spec?.containers[0]?.image;
}

/** Pods of podinfo:2 never become ready, in the Deployment of this name. */
const stuck =
  (name: string): Pace =>
  (pod) =>
    pod.metadata.labels?.["app"] === name && imageOf(pod) === "podinfo:2" ? "never" : 3000;

describe("initialization", () => {
  test("makes the primary, sends users to it when it is ready, then empties the target", async () => {
    const stage = await openStage();
    const { user, clock } = stage;
    stage.start();
    await user.create(deployments, deploymentOf({}));
    await user.create(services, { metadata: key, spec: { selector: { app: "podinfo" }, ports: [{ port: 9898 }] } });
    await clock.advance(10_000);
    await user.create(canaries, canaryOf());
    await clock.advance(60_000);
    expect(stage.slack).toEqual([
      {
        channel: "releases",
        username: "flagger",
        icon_url: "",
        icon_emoji: ":rocket:",
        attachments: [
          {
            color: "good",
            author_name: "podinfo.test",
            text: "New Deployment detected, initialization completed.",
            mrkdwn_in: ["text"],
            fields: [
              { title: "Target", value: "Deployment/podinfo.test", short: false },
              { title: "Failed checks threshold", value: "2", short: false },
              { title: "Progress deadline", value: "600s", short: false },
              { title: "Traffic routing", value: "Blue/Green", short: false },
            ],
          },
        ],
      },
    ]);
    expect(told(stage)).toMatchInlineSnapshot(`
      "0s deployment podinfo: 2 of podinfo:1
      0s deployment podinfo: 0 available
      0s service podinfo: selects podinfo
      3s deployment podinfo: 1 available
      3s deployment podinfo: 2 available
      10s service podinfo-canary: selects podinfo
      10s service podinfo-primary: selects podinfo-primary
      10s deployment podinfo-primary: 2 of podinfo:1
      10s deployment podinfo-primary: 0 available
      10s canary podinfo: Initializing
      13s deployment podinfo-primary: 1 available
      13s deployment podinfo-primary: 2 available
      13s service podinfo: selects podinfo-primary
      13s deployment podinfo: 0 of podinfo:1
      13s canary podinfo: Initialized
      13s deployment podinfo: 0 available
      13s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      10s Normal all the metrics providers are available!
      10s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated
      10s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      13s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      13s Normal Initialization done! podinfo.test"
    `);
  });

  test("makes a primary that does not become ready from the next revision", async () => {
    const stage = await openStage({ pace: (pod) => (imageOf(pod) === "podinfo:1" ? "never" : 3000) });
    const { user, clock } = stage;
    stage.start();
    await user.create(deployments, deploymentOf({}));
    await user.create(canaries, canaryOf());
    await clock.advance(900_000);
    stage.turnPage();
    await setImage(user, "podinfo:2");
    await clock.advance(60_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "900s deployment podinfo: 2 of podinfo:2
      900s deployment podinfo-primary: 2 of podinfo:2
      903s deployment podinfo: 1 available
      903s deployment podinfo-primary: 1 available
      906s deployment podinfo: 2 available
      906s deployment podinfo-primary: 2 available
      906s service podinfo: selects podinfo-primary
      906s deployment podinfo: 0 of podinfo:2
      906s canary podinfo: Initialized
      906s deployment podinfo: 0 available
      906s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      900s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated
      900s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      903s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      906s Normal Initialization done! podinfo.test"
    `);
  });

  test("waits for a target that is missing", async () => {
    const stage = await openStage();
    const { user, clock } = stage;
    stage.start();
    await user.create(canaries, canaryOf());
    await clock.advance(300_000);
    await user.create(deployments, deploymentOf({}));
    await clock.advance(60_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "300s deployment podinfo: 2 of podinfo:1
      300s deployment podinfo: 0 available
      300s service podinfo-canary: selects podinfo
      300s service podinfo-primary: selects podinfo-primary
      300s deployment podinfo-primary: 2 of podinfo:1
      300s deployment podinfo-primary: 0 available
      300s canary podinfo: Initializing
      303s deployment podinfo: 1 available
      303s deployment podinfo: 2 available
      303s deployment podinfo-primary: 1 available
      303s deployment podinfo-primary: 2 available
      303s service podinfo: selects podinfo-primary
      303s deployment podinfo: 0 of podinfo:1
      303s canary podinfo: Initialized
      303s deployment podinfo: 0 available
      303s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      0s Warning deployment podinfo.test not found: create it, or correct spec.targetRef.name
      300s Normal all the metrics providers are available!
      300s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated
      300s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      303s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      303s Normal Initialization done! podinfo.test"
    `);
  });

  test("waits for a malformed Canary to be corrected", async () => {
    const stage = await openStage();
    await loosen(stage);
    const { user, clock } = stage;
    stage.start();
    await user.create(deployments, deploymentOf({}));
    await user.create(canaries, canaryOf({ iterations: "three" as never }));
    await clock.advance(100_000);
    await respecify(stage, { analysis: { iterations: 3 } });
    await clock.advance(60_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "0s deployment podinfo: 2 of podinfo:1
      0s deployment podinfo: 0 available
      3s deployment podinfo: 1 available
      3s deployment podinfo: 2 available
      100s service podinfo-canary: selects podinfo
      100s service podinfo-primary: selects podinfo-primary
      100s deployment podinfo-primary: 2 of podinfo:1
      100s deployment podinfo-primary: 0 available
      100s canary podinfo: Initializing
      103s deployment podinfo-primary: 1 available
      103s deployment podinfo-primary: 2 available
      103s service podinfo: selects podinfo-primary
      103s deployment podinfo: 0 of podinfo:1
      103s canary podinfo: Initialized
      103s deployment podinfo: 0 available
      103s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      0s Warning spec.analysis.iterations: must be of type number, not "three"
      100s Normal all the metrics providers are available!
      100s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated
      100s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      103s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      103s Normal Initialization done! podinfo.test"
    `);
  });

  test("a malformed Canary that was released goes on with its primary, and releases when it is corrected", async () => {
    const stage = await released({}, { iterations: 1 });
    await loosen(stage);
    await respecify(stage, { targetRef: { kind: "Pod" } });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(100_000);
    await respecify(stage, { targetRef: { kind: "Deployment" } });
    await stage.clock.advance(200_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      160s deployment podinfo: 2 of podinfo:2
      160s canary podinfo: Progressing
      160s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      163s deployment podinfo: 1 available
      163s deployment podinfo: 2 available
      165s canary podinfo: Progressing, iteration 1
      225s Prometheus says 100
      225s deployment podinfo-primary: 2 of podinfo:2
      225s canary podinfo: Promoting, iteration 2
      228s deployment podinfo-primary: 3 available
      228s deployment podinfo-primary: 2 available
      231s deployment podinfo-primary: 3 available
      231s deployment podinfo-primary: 2 available
      231s canary podinfo: Finalising
      231s deployment podinfo: 0 of podinfo:2
      231s canary podinfo: Succeeded
      231s deployment podinfo: 0 available
      231s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Warning spec.targetRef.kind: "Pod" is unknown, use one of DaemonSet, Deployment, Service
      160s Normal New revision detected! Scaling up podinfo.test
      160s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      163s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      165s Normal Starting canary analysis for podinfo.test
      165s Normal Advance podinfo.test canary iteration 1/1
      225s Normal Copying podinfo.test template spec to podinfo-primary.test
      225s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      228s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      231s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("a status that Flagger wrote is taken over without a run", async () => {
    const stage = await openStage();
    const { user, clock } = stage;
    const { spec = { selector: {}, template: {} } } = deploymentOf({});
    const app = "podinfo-primary";
    await user.create(deployments, { metadata: key, spec: { ...spec, replicas: 0 } });
    await user.create(deployments, {
      metadata: { ...key, name: app },
      spec: {
        ...spec,
        selector: { matchLabels: { app } },
        template: { ...spec.template, metadata: { labels: { app }, annotations: { "flagger-id": "c0ffee" } } },
      },
    });
    const canary = await user.create(canaries, canaryOf({ iterations: 1 }));
    const status = { phase: "Succeeded" as const, lastAppliedSpec: "5978589476", lastPromotedSpec: "5978589476" };
    await user.replace(canaries, { ...canary, status }, { subresource: "status" });
    await clock.advance(10_000);
    stage.turnPage();

    stage.start();
    await clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "10s service podinfo-canary: selects podinfo
      10s service podinfo-primary: selects podinfo-primary
      10s service podinfo: selects podinfo-primary
      "
    `);
    expect((await user.get(canaries, key)).status).toMatchObject({
      phase: "Succeeded",
      lastAppliedSpec: "v1:6001666fd3fd6f6f",
      lastPromotedSpec: "v1:6001666fd3fd6f6f",
    });

    await setImage(user, "podinfo:2");
    await clock.advance(200_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "310s deployment podinfo: 0 of podinfo:2
      310s deployment podinfo: 2 of podinfo:2
      310s canary podinfo: Progressing
      310s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      313s deployment podinfo: 1 available
      313s deployment podinfo: 2 available
      315s canary podinfo: Progressing, iteration 1
      375s Prometheus says 100
      375s deployment podinfo-primary: 2 of podinfo:2
      375s canary podinfo: Promoting, iteration 2
      378s deployment podinfo-primary: 3 available
      378s deployment podinfo-primary: 2 available
      381s deployment podinfo-primary: 3 available
      381s deployment podinfo-primary: 2 available
      381s canary podinfo: Finalising
      381s deployment podinfo: 0 of podinfo:2
      381s canary podinfo: Succeeded
      381s deployment podinfo: 0 available
      381s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      310s Normal New revision detected! Scaling up podinfo.test
      310s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      313s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      315s Normal Starting canary analysis for podinfo.test
      315s Normal Advance podinfo.test canary iteration 1/1
      375s Normal Copying podinfo.test template spec to podinfo-primary.test
      375s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      378s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      381s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });
});

describe("a new revision", () => {
  test("that is good is promoted after three analyses, one a minute", async () => {
    const webhooks = [hook("smoke", "pre-rollout"), hook("load"), hook("done", "post-rollout")];
    const stage = await released({}, { webhooks });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(300_000);
    expect(stage.slack).toEqual([
      {
        channel: "releases",
        username: "flagger",
        icon_url: "",
        icon_emoji: ":rocket:",
        attachments: [
          {
            color: "good",
            author_name: "podinfo.test",
            text: "New revision detected, progressing canary analysis.",
            mrkdwn_in: ["text"],
            fields: [
              { title: "Target", value: "Deployment/podinfo.test", short: false },
              { title: "Failed checks threshold", value: "2", short: false },
              { title: "Progress deadline", value: "600s", short: false },
              { title: "Traffic routing", value: "Blue/Green", short: false },
            ],
          },
        ],
      },
      {
        channel: "releases",
        username: "flagger",
        icon_url: "",
        icon_emoji: ":rocket:",
        attachments: [
          {
            color: "good",
            author_name: "podinfo.test",
            text: "Canary analysis completed successfully, promotion finished.",
            mrkdwn_in: ["text"],
            fields: [],
          },
        ],
      },
    ]);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s hook smoke of podinfo (Progressing): 200
      65s canary podinfo: Progressing, iteration 1
      125s hook load of podinfo (Progressing): 200
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      185s hook load of podinfo (Progressing): 200
      185s Prometheus says 100
      185s canary podinfo: Progressing, iteration 3
      245s hook load of podinfo (Progressing): 200
      245s Prometheus says 100
      245s deployment podinfo-primary: 2 of podinfo:2
      245s canary podinfo: Promoting, iteration 4
      248s deployment podinfo-primary: 3 available
      248s deployment podinfo-primary: 2 available
      251s deployment podinfo-primary: 3 available
      251s deployment podinfo-primary: 2 available
      251s canary podinfo: Finalising
      251s deployment podinfo: 0 of podinfo:2
      251s canary podinfo: Succeeded
      251s deployment podinfo: 0 available
      251s hook done of podinfo (Succeeded): 200
      251s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Pre-rollout check smoke passed
      65s Normal Advance podinfo.test canary iteration 1/3
      125s Normal Advance podinfo.test canary iteration 2/3
      185s Normal Advance podinfo.test canary iteration 3/3
      245s Normal Copying podinfo.test template spec to podinfo-primary.test
      245s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      248s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      251s Normal Promotion completed! Scaling down podinfo.test
      251s Normal Post-rollout check done passed"
    `);
  });

  test("that is bad is rolled back in the instant of the second failed check", async () => {
    const stage = await released({ successRate: () => 98 }, { webhooks: [hook("load"), hook("done", "post-rollout")] });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(300_000);
    expect(stage.slack).toHaveLength(2);
    expect(stage.slack.at(-1)).toEqual({
      channel: "releases",
      username: "flagger",
      icon_url: "",
      icon_emoji: ":rocket:",
      attachments: [
        {
          color: "danger",
          author_name: "podinfo.test",
          text: "Failed checks threshold reached 2",
          mrkdwn_in: ["text"],
          fields: [],
        },
      ],
    });
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s hook load of podinfo (Progressing): 200
      125s Prometheus says 98
      125s canary podinfo: Progressing, iteration 1, failed 1
      185s hook load of podinfo (Progressing): 200
      185s Prometheus says 98
      185s deployment podinfo: 0 of podinfo:2
      185s canary podinfo: Failed
      185s deployment podinfo: 0 available
      185s Slack (danger) podinfo.test: Failed checks threshold reached 2
      185s hook done of podinfo (Failed): 200

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/3
      125s Warning Halt podinfo.test advancement success rate 98.00% < 99%
      185s Warning Halt podinfo.test advancement success rate 98.00% < 99%
      185s Warning Rolling back podinfo.test failed checks threshold reached 2
      185s Warning Canary failed! Scaling down podinfo.test
      185s Normal Post-rollout check done passed"
    `);
  });

  test("may be a changed ConfigMap alone", async () => {
    const stage = await openStage();
    const { user, clock } = stage;
    const settings = { metadata: { namespace: "test", name: "settings" }, data: { color: "blue" } };
    stage.start();
    await user.create(configMaps, settings);
    await user.create(deployments, deploymentOf({ config: "settings" }));
    await user.create(canaries, canaryOf({ iterations: 1 }));
    await clock.advance(60_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "0s configmap settings: holds {"color":"blue"}
      0s deployment podinfo: 2 of podinfo:1
      0s deployment podinfo: 0 available
      0s service podinfo-canary: selects podinfo
      0s service podinfo-primary: selects podinfo-primary
      0s configmap settings-primary: holds {"color":"blue"}
      0s deployment podinfo-primary: 2 of podinfo:1
      0s deployment podinfo-primary: 0 available
      0s canary podinfo: Initializing
      3s deployment podinfo: 1 available
      3s deployment podinfo: 2 available
      3s deployment podinfo-primary: 1 available
      3s deployment podinfo-primary: 2 available
      3s service podinfo: selects podinfo-primary
      3s deployment podinfo: 0 of podinfo:1
      3s canary podinfo: Initialized
      3s deployment podinfo: 0 available
      3s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      0s Normal all the metrics providers are available!
      0s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated
      0s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      3s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      3s Normal Initialization done! podinfo.test"
    `);

    await user.patch(configMaps, settings.metadata, { type: "merge", body: { data: { color: "green" } } });
    await clock.advance(200_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s configmap settings: holds {"color":"green"}
      60s deployment podinfo: 2 of podinfo:1
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s configmap settings-primary: holds {"color":"green"}
      125s canary podinfo: Promoting, iteration 2
      128s deployment podinfo-primary: 3 available
      128s deployment podinfo-primary: 2 available
      131s deployment podinfo-primary: 3 available
      131s deployment podinfo-primary: 2 available
      131s canary podinfo: Finalising
      131s deployment podinfo: 0 of podinfo:1
      131s canary podinfo: Succeeded
      131s deployment podinfo: 0 available
      131s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/1
      125s Normal Copying podinfo.test template spec to podinfo-primary.test
      125s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      128s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      131s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("that comes in the middle begins the analysis anew", async () => {
    const stage = await released({}, { iterations: 2 });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(70_000);
    await setImage(stage.user, "podinfo:3");
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      130s deployment podinfo: 2 of podinfo:3
      130s canary podinfo: Progressing
      133s deployment podinfo: 3 available
      133s deployment podinfo: 2 available
      136s deployment podinfo: 3 available
      136s deployment podinfo: 2 available
      138s canary podinfo: Progressing, iteration 1
      198s Prometheus says 100
      198s canary podinfo: Progressing, iteration 2
      258s Prometheus says 100
      258s deployment podinfo-primary: 2 of podinfo:3
      258s canary podinfo: Promoting, iteration 3
      261s deployment podinfo-primary: 3 available
      261s deployment podinfo-primary: 2 available
      264s deployment podinfo-primary: 3 available
      264s deployment podinfo-primary: 2 available
      264s canary podinfo: Finalising
      264s deployment podinfo: 0 of podinfo:3
      264s canary podinfo: Succeeded
      264s deployment podinfo: 0 available
      264s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/2
      125s Normal Advance podinfo.test canary iteration 2/2
      130s Normal New revision detected! Restarting analysis for podinfo.test
      130s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      133s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      138s Normal Starting canary analysis for podinfo.test
      138s Normal Advance podinfo.test canary iteration 1/2
      198s Normal Advance podinfo.test canary iteration 2/2
      258s Normal Copying podinfo.test template spec to podinfo-primary.test
      258s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      261s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      264s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("that is taken back in the middle ends the analysis", async () => {
    const stage = await released({}, { iterations: 2 });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(70_000);
    await setImage(stage.user, "podinfo:1");
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      130s deployment podinfo: 2 of podinfo:1
      130s deployment podinfo: 0 of podinfo:1
      130s canary podinfo: Succeeded
      130s deployment podinfo: 0 available

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/2
      125s Normal Advance podinfo.test canary iteration 2/2
      130s Normal Promoted revision restored! Ending analysis and scaling down podinfo.test"
    `);
  });

  test("whose pods do not become available is rolled back after the deadline", async () => {
    const stage = await released({ pace: stuck("podinfo") }, {}, { progressDeadlineSeconds: 120 });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      180.001s deployment podinfo: 0 of podinfo:2
      180.001s canary podinfo: Failed
      180.001s Slack (danger) podinfo.test: Progress deadline exceeded canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      180.001s Warning Canary failed! Scaling down podinfo.test"
    `);
  });

  test("that the primary cannot run leaves users on the canary until the next one", async () => {
    const stage = await released({ pace: stuck("podinfo-primary") }, { iterations: 1 });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(900_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s deployment podinfo-primary: 2 of podinfo:2
      125s canary podinfo: Promoting, iteration 2
      726s service podinfo: selects podinfo
      726s canary podinfo: Failed
      726s Slack (danger) podinfo.test: Promotion failed, primary not ready

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/1
      125s Normal Copying podinfo.test template spec to podinfo-primary.test
      125s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      726s Warning Promotion of podinfo.test failed, primary not ready"
    `);

    await setImage(stage.user, "podinfo:3");
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "960s deployment podinfo: 2 of podinfo:3
      960s service podinfo: selects podinfo-primary
      960s canary podinfo: Progressing
      960s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      963s deployment podinfo: 3 available
      963s deployment podinfo: 2 available
      966s deployment podinfo: 3 available
      966s deployment podinfo: 2 available
      968s canary podinfo: Progressing, iteration 1
      1028s Prometheus says 100
      1028s deployment podinfo-primary: 2 of podinfo:3
      1028s canary podinfo: Promoting, iteration 2
      1031s deployment podinfo-primary: 3 available
      1031s deployment podinfo-primary: 2 available
      1034s deployment podinfo-primary: 3 available
      1034s deployment podinfo-primary: 2 available
      1034s canary podinfo: Finalising
      1034s deployment podinfo: 0 of podinfo:3
      1034s canary podinfo: Succeeded
      1034s deployment podinfo: 0 available
      1034s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      960s Normal New revision detected! Scaling up podinfo.test
      960s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      963s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      968s Normal Starting canary analysis for podinfo.test
      968s Normal Advance podinfo.test canary iteration 1/1
      1028s Normal Copying podinfo.test template spec to podinfo-primary.test
      1028s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated
      1028s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      1031s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      1034s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("is promoted at once without analysis", async () => {
    const webhooks = [hook("load"), hook("done", "post-rollout")];
    const stage = await released({}, { webhooks }, { skipAnalysis: true });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      63s deployment podinfo-primary: 2 of podinfo:2
      63s deployment podinfo: 0 of podinfo:2
      63s canary podinfo: Succeeded
      63s deployment podinfo: 0 available
      63s hook done of podinfo (Succeeded): 200
      63s Slack (good) podinfo.test: Canary analysis was skipped, promotion finished.
      66s deployment podinfo-primary: 3 available
      66s deployment podinfo-primary: 2 available
      69s deployment podinfo-primary: 3 available
      69s deployment podinfo-primary: 2 available

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      63s Normal Copying podinfo.test template spec to podinfo-primary.test
      63s Normal Promotion completed! Canary analysis was skipped for podinfo.test
      63s Normal Post-rollout check done passed"
    `);
  });
});

describe("hooks", () => {
  test("hold a release at its start", async () => {
    let gate = 403;
    const stage = await released(
      { hook: () => gate },
      { iterations: 1, webhooks: [hook("may-start", "confirm-rollout")] },
    );
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(150_000);
    gate = 200;
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s hook may-start of podinfo (Initialized): 403
      60s canary podinfo: Waiting
      60s Slack (good) podinfo.test: Canary is waiting for approval.
      120s hook may-start of podinfo (Waiting): 403
      180s hook may-start of podinfo (Waiting): 403
      240s hook may-start of podinfo (Waiting): 200
      240s deployment podinfo: 2 of podinfo:2
      240s canary podinfo: Progressing
      240s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      243s deployment podinfo: 1 available
      243s deployment podinfo: 2 available
      245s canary podinfo: Progressing, iteration 1
      305s Prometheus says 100
      305s deployment podinfo-primary: 2 of podinfo:2
      305s canary podinfo: Promoting, iteration 2
      308s deployment podinfo-primary: 3 available
      308s deployment podinfo-primary: 2 available
      311s deployment podinfo-primary: 3 available
      311s deployment podinfo-primary: 2 available
      311s canary podinfo: Finalising
      311s deployment podinfo: 0 of podinfo:2
      311s canary podinfo: Succeeded
      311s deployment podinfo: 0 available
      311s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Warning Halt podinfo.test advancement waiting for approval may-start
      240s Normal Confirm-rollout check may-start passed
      240s Normal New revision detected! Scaling up podinfo.test
      240s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      243s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      245s Normal Starting canary analysis for podinfo.test
      245s Normal Advance podinfo.test canary iteration 1/1
      305s Normal Copying podinfo.test template spec to podinfo-primary.test
      305s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      308s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      311s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("hold a release before its promotion, and the analysis goes on", async () => {
    let gate = 403;
    const stage = await released(
      { hook: () => gate },
      { iterations: 1, webhooks: [hook("may-promote", "confirm-promotion")] },
    );
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(150_000);
    gate = 200;
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s hook may-promote of podinfo (Progressing): 403
      125s canary podinfo: WaitingPromotion
      125s Slack (good) podinfo.test: Canary promotion is waiting for approval.
      185s Prometheus says 100
      185s hook may-promote of podinfo (Progressing): 403
      245s Prometheus says 100
      245s hook may-promote of podinfo (Progressing): 200
      245s deployment podinfo-primary: 2 of podinfo:2
      245s canary podinfo: Promoting, iteration 2
      248s deployment podinfo-primary: 3 available
      248s deployment podinfo-primary: 2 available
      251s deployment podinfo-primary: 3 available
      251s deployment podinfo-primary: 2 available
      251s canary podinfo: Finalising
      251s deployment podinfo: 0 of podinfo:2
      251s canary podinfo: Succeeded
      251s deployment podinfo: 0 available
      251s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/1
      125s Warning Halt podinfo.test advancement waiting for promotion approval may-promote
      245s Normal Confirm-promotion check may-promote passed
      245s Normal Copying podinfo.test template spec to podinfo-primary.test
      245s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      248s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      251s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("roll a release back", async () => {
    let signal = 403;
    const stage = await released({ hook: () => signal }, { webhooks: [hook("stop", "rollback")] });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(100_000);
    signal = 200;
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s hook stop of podinfo (Progressing): 403
      65s canary podinfo: Progressing, iteration 1
      125s hook stop of podinfo (Progressing): 403
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      185s hook stop of podinfo (Progressing): 200
      185s deployment podinfo: 0 of podinfo:2
      185s canary podinfo: Failed
      185s deployment podinfo: 0 available
      185s Slack (good) podinfo.test: Rolling back manual webhook invoked

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Rollback hook stop not signaling a rollback
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/3
      125s Normal Rollback hook stop not signaling a rollback
      125s Normal Advance podinfo.test canary iteration 2/3
      185s Normal Rollback check stop passed
      185s Warning Rolling back podinfo.test manual webhook invoked
      185s Warning Canary failed! Scaling down podinfo.test"
    `);
  });

  test("that take long do not make the operator act on what it saw before", async () => {
    const touchPrimary = (): number => {
      const body = { metadata: { annotations: { touched: String(stage.clock.now()) } } };
      void stage.user.patch(deployments, { ...key, name: "podinfo-primary" }, { type: "merge", body });
      return 200;
    };
    const stage = await released({ hook: touchPrimary }, { iterations: 1, webhooks: [hook("load")] });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(100_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s hook load of podinfo (Progressing): 200
      125s Prometheus says 100
      125s hook load of podinfo (Progressing): 200
      125s Prometheus says 100
      125s deployment podinfo-primary: 2 of podinfo:2
      125s canary podinfo: Promoting, iteration 2
      128s deployment podinfo-primary: 3 available
      128s deployment podinfo-primary: 2 available
      131s deployment podinfo-primary: 3 available
      131s deployment podinfo-primary: 2 available
      131s canary podinfo: Finalising
      131s deployment podinfo: 0 of podinfo:2
      131s canary podinfo: Succeeded
      131s deployment podinfo: 0 available
      131s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/1
      125s Normal Copying podinfo.test template spec to podinfo-primary.test
      125s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      128s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      131s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });
});

describe("a Canary", () => {
  test("that is suspended waits until it is not", async () => {
    const stage = await released({}, { iterations: 1 });
    await respecify(stage, { suspend: true });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(300_000);
    await respecify(stage, { suspend: false });
    await stage.clock.advance(200_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      360s deployment podinfo: 2 of podinfo:2
      360s canary podinfo: Progressing
      360s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      363s deployment podinfo: 1 available
      363s deployment podinfo: 2 available
      365s canary podinfo: Progressing, iteration 1
      425s Prometheus says 100
      425s deployment podinfo-primary: 2 of podinfo:2
      425s canary podinfo: Promoting, iteration 2
      428s deployment podinfo-primary: 3 available
      428s deployment podinfo-primary: 2 available
      431s deployment podinfo-primary: 3 available
      431s deployment podinfo-primary: 2 available
      431s canary podinfo: Finalising
      431s deployment podinfo: 0 of podinfo:2
      431s canary podinfo: Succeeded
      431s deployment podinfo: 0 available
      431s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal skipping canary run as object is suspended
      360s Normal New revision detected! Scaling up podinfo.test
      360s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      363s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      365s Normal Starting canary analysis for podinfo.test
      365s Normal Advance podinfo.test canary iteration 1/1
      425s Normal Copying podinfo.test template spec to podinfo-primary.test
      425s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      428s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      431s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("that is deleted gives the target back before it goes", async () => {
    const stage = await released({}, {}, { revertOnDeletion: true });
    await stage.user.delete(canaries, key);
    await stage.clock.advance(600_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 2 of podinfo:1
      60s canary podinfo: Terminating
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      63s service podinfo: selects podinfo
      63s canary podinfo: gone

      60s Normal Terminating canary podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      63s Normal Terminated canary podinfo.test"
    `);
  });

  test("that is deleted when its target is gone goes, too", async () => {
    const stage = await released({}, {}, { revertOnDeletion: true });
    const { user, clock } = stage;
    await user.delete(deployments, key);
    await user.delete(canaries, key);
    await clock.advance(10_000);
    await expect(user.get(canaries, key)).rejects.toThrow("not found");
    expect(stage.events).toEqual([
      "60s Warning deployment podinfo.test not found: create it, or correct spec.targetRef.name",
    ]);
  });

  test("that is deleted together with its autoscaler gives the target back", async () => {
    const autoscalerRef = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "podinfo" };
    const stage = await released({}, {}, { revertOnDeletion: true });
    const { user, clock } = stage;
    await respecify(stage, { autoscalerRef });
    await user.delete(canaries, key);
    await clock.advance(60_000);
    await expect(user.get(canaries, key)).rejects.toThrow("not found");
    const { spec } = await user.get(deployments, key);
    expect(spec?.replicas).toBe(2);
  });

  test("that is malformed when it is deleted stays until it can give the target back", async () => {
    const stage = await released({}, {}, { revertOnDeletion: true });
    const { user, clock } = stage;
    await loosen(stage);
    await respecify(stage, { analysis: { threshold: "two" } });
    await user.delete(canaries, key);
    await clock.advance(60_000);
    const mistake = 'spec.analysis.threshold: must be of type number, not "two"';
    expect(stage.events).toEqual([
      `60s Warning ${mistake}`,
      `60s Warning ${mistake}; until then, or until finalizer.flagger.app is taken off it, the Canary stays`,
    ]);
    await respecify(stage, { analysis: { threshold: 2 } });
    await clock.advance(60_000);
    await expect(user.get(canaries, key)).rejects.toThrow("not found");
    const { spec } = await user.get(deployments, key);
    expect(spec?.replicas).toBe(2);
  });

  test("of a target that another one releases is told so, and has it when that one is gone", async () => {
    const stage = await released({});
    const { user, clock } = stage;
    const { spec } = canaryOf();
    await user.create(canaries, { metadata: { namespace: "test", name: "another" }, spec });
    await clock.advance(10_000);
    expect(stage.events).toEqual([
      "60s Warning spec.targetRef: canary podinfo releases Deployment podinfo already: delete one of the two",
    ]);
    await user.delete(canaries, key);
    await clock.advance(60_000);
    const { status } = await user.get(canaries, { namespace: "test", name: "another" });
    expect(status?.phase).toBe("Initialized");
  });

  test("that is deleted while a hook is awaited is left alone", async () => {
    const webhooks = [{ ...hook("load"), timeout: "60s" }];
    const stage = await released({ hook: () => "nothing" }, { threshold: 1, webhooks });
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(80_000);
    stage.turnPage();
    await stage.user.delete(canaries, key);
    await stage.clock.advance(200_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "140s canary podinfo: gone
      "
    `);
  });

  test("is not held up by another one whose hook does not answer", async () => {
    const stage = await openStage({ hook: (name) => (name === "dead" ? "nothing" : 200) });
    stage.start();
    for (const [name, load] of [
      ["podinfo", "load"],
      ["backend", "dead"],
    ] as const) {
      await stage.user.create(deployments, deploymentOf({ name }));
      const webhooks = [{ ...hook(load), timeout: "30m" }];
      await stage.user.create(canaries, canaryOf({ iterations: 2, webhooks }, {}, name));
    }
    await stage.clock.advance(60_000);
    stage.turnPage();
    await setImage(stage.user, "podinfo:2");
    await setImage(stage.user, "backend:2", "backend");
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment backend: 0 of backend:2
      60s deployment podinfo: 2 of podinfo:2
      60s deployment backend: 2 of backend:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      60s canary backend: Progressing
      60s Slack (good) backend.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      63s deployment backend: 1 available
      63s deployment backend: 2 available
      65s canary podinfo: Progressing, iteration 1
      65s canary backend: Progressing, iteration 1
      125s hook load of podinfo (Progressing): 200
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      125s hook dead of backend (Progressing): nothing
      185s hook load of podinfo (Progressing): 200
      185s Prometheus says 100
      185s deployment podinfo-primary: 2 of podinfo:2
      185s canary podinfo: Promoting, iteration 3
      188s deployment podinfo-primary: 3 available
      188s deployment podinfo-primary: 2 available
      191s deployment podinfo-primary: 3 available
      191s deployment podinfo-primary: 2 available
      191s canary podinfo: Finalising
      191s deployment podinfo: 0 of podinfo:2
      191s canary podinfo: Succeeded
      191s deployment podinfo: 0 available
      191s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Normal New revision detected! Scaling up backend.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      60s Warning canary deployment backend.test not ready: waiting for rollout to finish: 0 out of 2 new replicas have been updated
      60s Warning canary deployment backend.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment backend.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/2
      65s Normal Starting canary analysis for backend.test
      65s Normal Advance backend.test canary iteration 1/2
      125s Normal Advance podinfo.test canary iteration 2/2
      185s Normal Copying podinfo.test template spec to podinfo-primary.test
      185s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      188s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      191s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("at rest costs the API server nothing but the watches", async () => {
    const stage = await openStage();
    const { requests } = stage.start();
    await stage.user.create(deployments, deploymentOf({}));
    await stage.user.create(canaries, canaryOf({ iterations: 1 }));
    await stage.clock.advance(60_000);
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(300_000);
    const before = requests.length;
    stage.turnPage();
    await stage.clock.advance(3_600_000);
    expect([requests.slice(before), told(stage)]).toEqual([[], ""]);
  });
});

describe("an operator", () => {
  test("goes on where another one stopped", async () => {
    const stage = await openStage();
    const operator = stage.start();
    await stage.user.create(deployments, deploymentOf({}));
    await stage.user.create(canaries, canaryOf({ iterations: 2 }));
    await stage.clock.advance(60_000);
    stage.turnPage();
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(80_000);
    await operator.stop();
    await stage.clock.advance(10_000);
    stage.start();
    await stage.clock.advance(200_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 0 of podinfo:2
      60s deployment podinfo: 2 of podinfo:2
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 1 available
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      185s Prometheus says 100
      185s deployment podinfo-primary: 2 of podinfo:2
      185s canary podinfo: Promoting, iteration 3
      188s deployment podinfo-primary: 3 available
      188s deployment podinfo-primary: 2 available
      191s deployment podinfo-primary: 3 available
      191s deployment podinfo-primary: 2 available
      191s canary podinfo: Finalising
      191s deployment podinfo: 0 of podinfo:2
      191s canary podinfo: Succeeded
      191s deployment podinfo: 0 available
      191s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      63s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/2
      125s Normal Advance podinfo.test canary iteration 2/2
      185s Normal Copying podinfo.test template spec to podinfo-primary.test
      185s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      188s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      191s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("misses nothing when its watches break and cannot go on from where they were", async () => {
    const stage = await openStage({ pace: () => 10_000 });
    let expired = 0;
    const operator = stage.start({
      mishap: ({ path }) =>
        path.includes("watch=true") && expired-- > 0 ? { kind: "answer", status: 410 } : undefined,
    });
    await stage.user.create(deployments, deploymentOf({}));
    await stage.user.create(canaries, canaryOf({ iterations: 1 }));
    await stage.clock.advance(60_000);
    await setImage(stage.user, "podinfo:2");
    await stage.clock.advance(40_000);
    stage.turnPage();
    expired = 10;
    operator.breakWatches();
    await setImage(stage.user, "podinfo:3");
    await stage.clock.advance(200_000);
    expect(operator.warnings.filter((message) => message.includes("the connection was cut"))).toHaveLength(8);
    // The pause before a new watch is a random one.
    expect(told(stage).replaceAll(/^10[0-9]\.\d+s/gm, "soon")).toMatchInlineSnapshot(`
      "100s deployment podinfo: 2 of podinfo:3
      soon canary podinfo: Progressing
      110s deployment podinfo: 3 available
      110s deployment podinfo: 2 available
      120s deployment podinfo: 3 available
      120s deployment podinfo: 2 available
      122s canary podinfo: Progressing, iteration 1
      182s Prometheus says 100
      182s deployment podinfo-primary: 2 of podinfo:3
      182s canary podinfo: Promoting, iteration 2
      192s deployment podinfo-primary: 3 available
      192s deployment podinfo-primary: 2 available
      202s deployment podinfo-primary: 3 available
      202s deployment podinfo-primary: 2 available
      202s canary podinfo: Finalising
      202s deployment podinfo: 0 of podinfo:3
      202s canary podinfo: Succeeded
      202s deployment podinfo: 0 available
      202s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      soon Normal New revision detected! Restarting analysis for podinfo.test
      soon Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      110s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      122s Normal Starting canary analysis for podinfo.test
      122s Normal Advance podinfo.test canary iteration 1/1
      182s Normal Copying podinfo.test template spec to podinfo-primary.test
      182s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 out of 2 new replicas have been updated
      192s Warning podinfo-primary.test not ready: waiting for rollout to finish: 1 old replicas are pending termination
      202s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });
});
