import { describe, expect, test } from "vitest";
import type { Analysis, CanarySpec, Webhook } from "../api/canary.ts";
import { canaries } from "../api/canary.ts";
import { configMaps, deployments, services } from "../kubernetes/resources.ts";
import type { Pace } from "../testing/deployments.ts";
import { canaryOf, deploymentOf, setImage } from "../testing/podinfo.ts";
import { openStage } from "../testing/stage.ts";
import type { Stage, Surroundings } from "../testing/stage.ts";

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
  const stage = openStage(surroundings);
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

function imageOf({ spec }: Parameters<Pace>[0]): string | undefined {
  return spec?.template.spec?.containers[0]?.image;
}

/** Pods of podinfo:2 never become available, in the Deployment of this name. */
const stuck =
  (name: string): Pace =>
  (deployment) =>
    deployment.metadata.name === name && imageOf(deployment) === "podinfo:2" ? "never" : 3000;

describe("initialization", () => {
  test("makes the primary, sends users to it when it is ready, then empties the target", async () => {
    const stage = openStage();
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
      3s deployment podinfo: 2 available
      10s service podinfo-canary: selects podinfo
      10s service podinfo-primary: selects podinfo-primary
      10s deployment podinfo-primary: 2 of podinfo:1
      10s deployment podinfo-primary: 0 available
      10s canary podinfo: Initializing
      13s deployment podinfo-primary: 2 available
      13s service podinfo: selects podinfo-primary
      13s deployment podinfo: 0 of podinfo:1
      13s deployment podinfo: 0 available
      13s canary podinfo: Initialized
      13s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      10s Normal all the metrics providers are available!
      10s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      13s Normal Initialization done! podinfo.test"
    `);
  });

  test("makes a primary that does not become ready from the next revision", async () => {
    const stage = openStage({ pace: (deployment) => (imageOf(deployment) === "podinfo:1" ? "never" : 3000) });
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
      903s deployment podinfo: 2 available
      903s deployment podinfo-primary: 2 available
      903s service podinfo: selects podinfo-primary
      903s deployment podinfo: 0 of podinfo:2
      903s deployment podinfo: 0 available
      903s canary podinfo: Initialized
      903s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      900s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      903s Normal Initialization done! podinfo.test"
    `);
  });

  test("waits for a target that is missing", async () => {
    const stage = openStage();
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
      303s deployment podinfo: 2 available
      303s deployment podinfo-primary: 2 available
      303s service podinfo: selects podinfo-primary
      303s deployment podinfo: 0 of podinfo:1
      303s deployment podinfo: 0 available
      303s canary podinfo: Initialized
      303s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      0s Warning deployment podinfo.test not found: create it, or correct spec.targetRef.name
      300s Normal all the metrics providers are available!
      300s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      303s Normal Initialization done! podinfo.test"
    `);
  });

  test("waits for a malformed Canary to be corrected", async () => {
    const stage = openStage();
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
      3s deployment podinfo: 2 available
      100s service podinfo-canary: selects podinfo
      100s service podinfo-primary: selects podinfo-primary
      100s deployment podinfo-primary: 2 of podinfo:1
      100s deployment podinfo-primary: 0 available
      100s canary podinfo: Initializing
      103s deployment podinfo-primary: 2 available
      103s service podinfo: selects podinfo-primary
      103s deployment podinfo: 0 of podinfo:1
      103s deployment podinfo: 0 available
      103s canary podinfo: Initialized
      103s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      0s Warning spec.analysis.iterations: must be of type number, not "three"
      100s Normal all the metrics providers are available!
      100s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      103s Normal Initialization done! podinfo.test"
    `);
  });

  test("a malformed Canary that was released goes on with its primary, and releases when it is corrected", async () => {
    const stage = await released({}, { iterations: 1 });
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
      163s deployment podinfo: 2 available
      165s canary podinfo: Progressing, iteration 1
      225s Prometheus says 100
      225s deployment podinfo-primary: 2 of podinfo:2
      225s canary podinfo: Promoting, iteration 2
      228s canary podinfo: Finalising
      228s deployment podinfo: 0 of podinfo:2
      228s deployment podinfo: 0 available
      228s canary podinfo: Succeeded
      228s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Warning spec.targetRef.kind: "Pod" is unknown, use one of DaemonSet, Deployment, Service
      160s Normal New revision detected! Scaling up podinfo.test
      160s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      165s Normal Starting canary analysis for podinfo.test
      165s Normal Advance podinfo.test canary iteration 1/1
      225s Normal Copying podinfo.test template spec to podinfo-primary.test
      225s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      228s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("a status that Flagger wrote is taken over without a run", async () => {
    const stage = openStage();
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
      313s deployment podinfo: 2 available
      315s canary podinfo: Progressing, iteration 1
      375s Prometheus says 100
      375s deployment podinfo-primary: 2 of podinfo:2
      375s canary podinfo: Promoting, iteration 2
      378s canary podinfo: Finalising
      378s deployment podinfo: 0 of podinfo:2
      378s deployment podinfo: 0 available
      378s canary podinfo: Succeeded
      378s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      310s Normal New revision detected! Scaling up podinfo.test
      310s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      315s Normal Starting canary analysis for podinfo.test
      315s Normal Advance podinfo.test canary iteration 1/1
      375s Normal Copying podinfo.test template spec to podinfo-primary.test
      375s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      378s Normal Promotion completed! Scaling down podinfo.test"
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
      248s canary podinfo: Finalising
      248s deployment podinfo: 0 of podinfo:2
      248s deployment podinfo: 0 available
      248s canary podinfo: Succeeded
      248s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.
      248s hook done of podinfo (Succeeded): 200

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Pre-rollout check smoke passed
      65s Normal Advance podinfo.test canary iteration 1/3
      125s Normal Advance podinfo.test canary iteration 2/3
      185s Normal Advance podinfo.test canary iteration 3/3
      245s Normal Copying podinfo.test template spec to podinfo-primary.test
      245s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      248s Normal Promotion completed! Scaling down podinfo.test
      248s Normal Post-rollout check done passed"
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
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s hook load of podinfo (Progressing): 200
      125s Prometheus says 98
      125s canary podinfo: Progressing, iteration 1, failed 1
      185s hook load of podinfo (Progressing): 200
      185s Prometheus says 98
      185s deployment podinfo: 0 of podinfo:2
      185s deployment podinfo: 0 available
      185s canary podinfo: Failed
      185s Slack (danger) podinfo.test: Failed checks threshold reached 2
      185s hook done of podinfo (Failed): 200

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
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
    const stage = openStage();
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
      3s deployment podinfo: 2 available
      3s deployment podinfo-primary: 2 available
      3s service podinfo: selects podinfo-primary
      3s deployment podinfo: 0 of podinfo:1
      3s deployment podinfo: 0 available
      3s canary podinfo: Initialized
      3s Slack (good) podinfo.test: New Deployment detected, initialization completed.

      0s Normal all the metrics providers are available!
      0s Warning podinfo-primary.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      3s Normal Initialization done! podinfo.test"
    `);

    await user.patch(configMaps, settings.metadata, { type: "merge", body: { data: { color: "green" } } });
    await clock.advance(200_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s configmap settings: holds {"color":"green"}
      60s deployment podinfo: 2 of podinfo:1
      60s canary podinfo: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s configmap settings-primary: holds {"color":"green"}
      125s canary podinfo: Promoting, iteration 2
      128s canary podinfo: Finalising
      128s deployment podinfo: 0 of podinfo:1
      128s deployment podinfo: 0 available
      128s canary podinfo: Succeeded
      128s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/1
      125s Normal Copying podinfo.test template spec to podinfo-primary.test
      125s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      128s Normal Promotion completed! Scaling down podinfo.test"
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
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      130s deployment podinfo: 2 of podinfo:3
      130s canary podinfo: Progressing
      135s canary podinfo: Progressing, iteration 1
      195s Prometheus says 100
      195s canary podinfo: Progressing, iteration 2
      255s Prometheus says 100
      255s deployment podinfo-primary: 2 of podinfo:3
      255s canary podinfo: Promoting, iteration 3
      258s canary podinfo: Finalising
      258s deployment podinfo: 0 of podinfo:3
      258s deployment podinfo: 0 available
      258s canary podinfo: Succeeded
      258s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/2
      125s Normal Advance podinfo.test canary iteration 2/2
      130s Normal New revision detected! Restarting analysis for podinfo.test
      130s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      135s Normal Starting canary analysis for podinfo.test
      135s Normal Advance podinfo.test canary iteration 1/2
      195s Normal Advance podinfo.test canary iteration 2/2
      255s Normal Copying podinfo.test template spec to podinfo-primary.test
      255s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      258s Normal Promotion completed! Scaling down podinfo.test"
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
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      130s deployment podinfo: 2 of podinfo:1
      130s deployment podinfo: 0 of podinfo:1
      130s deployment podinfo: 0 available
      130s canary podinfo: Succeeded

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
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
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s deployment podinfo-primary: 2 of podinfo:2
      125s canary podinfo: Promoting, iteration 2
      725s service podinfo: selects podinfo
      725s canary podinfo: Failed
      725s Slack (danger) podinfo.test: Promotion failed, primary not ready

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/1
      125s Normal Copying podinfo.test template spec to podinfo-primary.test
      125s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      725s Warning Promotion of podinfo.test failed, primary not ready"
    `);

    await setImage(stage.user, "podinfo:3");
    await stage.clock.advance(300_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "960s deployment podinfo: 2 of podinfo:3
      960s service podinfo: selects podinfo-primary
      960s canary podinfo: Progressing
      960s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      965s canary podinfo: Progressing, iteration 1
      1025s Prometheus says 100
      1025s deployment podinfo-primary: 2 of podinfo:3
      1025s canary podinfo: Promoting, iteration 2
      1028s canary podinfo: Finalising
      1028s deployment podinfo: 0 of podinfo:3
      1028s deployment podinfo: 0 available
      1028s canary podinfo: Succeeded
      1028s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      960s Normal New revision detected! Scaling up podinfo.test
      960s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      965s Normal Starting canary analysis for podinfo.test
      965s Normal Advance podinfo.test canary iteration 1/1
      1025s Normal Copying podinfo.test template spec to podinfo-primary.test
      1025s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      1028s Normal Promotion completed! Scaling down podinfo.test"
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
      63s deployment podinfo: 2 available
      63s deployment podinfo-primary: 2 of podinfo:2
      63s deployment podinfo: 0 of podinfo:2
      63s deployment podinfo: 0 available
      63s canary podinfo: Succeeded
      63s Slack (good) podinfo.test: Canary analysis was skipped, promotion finished.
      63s hook done of podinfo (Succeeded): 200

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
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
      243s deployment podinfo: 2 available
      245s canary podinfo: Progressing, iteration 1
      305s Prometheus says 100
      305s deployment podinfo-primary: 2 of podinfo:2
      305s canary podinfo: Promoting, iteration 2
      308s canary podinfo: Finalising
      308s deployment podinfo: 0 of podinfo:2
      308s deployment podinfo: 0 available
      308s canary podinfo: Succeeded
      308s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Warning Halt podinfo.test advancement waiting for approval may-start
      240s Normal Confirm-rollout check may-start passed
      240s Normal New revision detected! Scaling up podinfo.test
      240s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      245s Normal Starting canary analysis for podinfo.test
      245s Normal Advance podinfo.test canary iteration 1/1
      305s Normal Copying podinfo.test template spec to podinfo-primary.test
      305s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      308s Normal Promotion completed! Scaling down podinfo.test"
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
      248s canary podinfo: Finalising
      248s deployment podinfo: 0 of podinfo:2
      248s deployment podinfo: 0 available
      248s canary podinfo: Succeeded
      248s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/1
      125s Warning Halt podinfo.test advancement waiting for promotion approval may-promote
      245s Normal Confirm-promotion check may-promote passed
      245s Normal Copying podinfo.test template spec to podinfo-primary.test
      245s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      248s Normal Promotion completed! Scaling down podinfo.test"
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
      63s deployment podinfo: 2 available
      65s hook stop of podinfo (Progressing): 403
      65s canary podinfo: Progressing, iteration 1
      125s hook stop of podinfo (Progressing): 403
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      185s hook stop of podinfo (Progressing): 200
      185s deployment podinfo: 0 of podinfo:2
      185s deployment podinfo: 0 available
      185s canary podinfo: Failed
      185s Slack (good) podinfo.test: Rolling back manual webhook invoked

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
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
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s hook load of podinfo (Progressing): 200
      125s Prometheus says 100
      125s deployment podinfo-primary: 2 of podinfo:2
      125s canary podinfo: Promoting, iteration 2
      128s canary podinfo: Finalising
      128s deployment podinfo: 0 of podinfo:2
      128s deployment podinfo: 0 available
      128s canary podinfo: Succeeded
      128s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/1
      125s Normal Copying podinfo.test template spec to podinfo-primary.test
      125s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      128s Normal Promotion completed! Scaling down podinfo.test"
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
      363s deployment podinfo: 2 available
      365s canary podinfo: Progressing, iteration 1
      425s Prometheus says 100
      425s deployment podinfo-primary: 2 of podinfo:2
      425s canary podinfo: Promoting, iteration 2
      428s canary podinfo: Finalising
      428s deployment podinfo: 0 of podinfo:2
      428s deployment podinfo: 0 available
      428s canary podinfo: Succeeded
      428s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal skipping canary run as object is suspended
      360s Normal New revision detected! Scaling up podinfo.test
      360s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      365s Normal Starting canary analysis for podinfo.test
      365s Normal Advance podinfo.test canary iteration 1/1
      425s Normal Copying podinfo.test template spec to podinfo-primary.test
      425s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      428s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("that is deleted gives the target back before it goes", async () => {
    const stage = await released({}, {}, { revertOnDeletion: true });
    await stage.user.delete(canaries, key);
    await stage.clock.advance(600_000);
    expect(told(stage)).toMatchInlineSnapshot(`
      "60s deployment podinfo: 2 of podinfo:1
      60s canary podinfo: Terminating
      63s deployment podinfo: 2 available
      63s service podinfo: selects podinfo
      63s canary podinfo: gone

      60s Normal Terminating canary podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
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
    const stage = openStage({ hook: (name) => (name === "dead" ? "nothing" : 200) });
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
      60s canary podinfo: Progressing
      60s deployment backend: 2 of backend:2
      60s canary backend: Progressing
      60s Slack (good) podinfo.test: New revision detected, progressing canary analysis.
      60s Slack (good) backend.test: New revision detected, progressing canary analysis.
      63s deployment podinfo: 2 available
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
      188s canary podinfo: Finalising
      188s deployment podinfo: 0 of podinfo:2
      188s deployment podinfo: 0 available
      188s canary podinfo: Succeeded
      188s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Normal New revision detected! Scaling up backend.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      60s Warning canary deployment backend.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/2
      65s Normal Starting canary analysis for backend.test
      65s Normal Advance backend.test canary iteration 1/2
      125s Normal Advance podinfo.test canary iteration 2/2
      185s Normal Copying podinfo.test template spec to podinfo-primary.test
      185s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      188s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("at rest costs the API server nothing but the watches", async () => {
    const stage = openStage();
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
    const stage = openStage();
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
      63s deployment podinfo: 2 available
      65s canary podinfo: Progressing, iteration 1
      125s Prometheus says 100
      125s canary podinfo: Progressing, iteration 2
      185s Prometheus says 100
      185s deployment podinfo-primary: 2 of podinfo:2
      185s canary podinfo: Promoting, iteration 3
      188s canary podinfo: Finalising
      188s deployment podinfo: 0 of podinfo:2
      188s deployment podinfo: 0 available
      188s canary podinfo: Succeeded
      188s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      60s Normal New revision detected! Scaling up podinfo.test
      60s Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 0 of 2 (readyThreshold 100%) updated replicas are available
      65s Normal Starting canary analysis for podinfo.test
      65s Normal Advance podinfo.test canary iteration 1/2
      125s Normal Advance podinfo.test canary iteration 2/2
      185s Normal Copying podinfo.test template spec to podinfo-primary.test
      185s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      188s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });

  test("misses nothing when its watches break and cannot go on from where they were", async () => {
    const stage = openStage({ pace: () => 10_000 });
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
    expect(operator.log.messages.filter((message) => message.includes("the connection was cut"))).toHaveLength(10);
    // The pause before a new watch is a random one.
    expect(told(stage).replaceAll(/^10[0-9]\.\d+s/gm, "soon")).toMatchInlineSnapshot(`
      "100s deployment podinfo: 2 of podinfo:3
      soon canary podinfo: Progressing
      112s canary podinfo: Progressing, iteration 1
      172s Prometheus says 100
      172s deployment podinfo-primary: 2 of podinfo:3
      172s canary podinfo: Promoting, iteration 2
      182s canary podinfo: Finalising
      182s deployment podinfo: 0 of podinfo:3
      182s deployment podinfo: 0 available
      182s canary podinfo: Succeeded
      182s Slack (good) podinfo.test: Canary analysis completed successfully, promotion finished.

      soon Normal New revision detected! Restarting analysis for podinfo.test
      soon Warning canary deployment podinfo.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      112s Normal Starting canary analysis for podinfo.test
      112s Normal Advance podinfo.test canary iteration 1/1
      172s Normal Copying podinfo.test template spec to podinfo-primary.test
      172s Warning podinfo-primary.test not ready: waiting for rollout to finish: 2 old replicas are pending termination
      182s Normal Promotion completed! Scaling down podinfo.test"
    `);
  });
});
