import type { PodSpec } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { kinds } from "./kinds.ts";
import type { PodObject } from "./kinds.ts";
import { podSpecOf } from "./samples.ts";
import type { Course } from "./simulated-pods.ts";
import { midnight, openStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const key = { namespace: "test", name: "one" };

async function openPod(courses: readonly Course[], spec: Partial<PodSpec> = {}): Promise<Stage> {
  const runs: Course = { kind: "runs", readyAfterMs: 2000 };
  const stage = await openStage(createVirtualClock(midnight), {
    courseOf: ({ restarts }) => courses[restarts] ?? courses.at(-1) ?? runs,
  });
  const pod: PodObject = { metadata: key, spec: { ...podSpecOf("app:1"), ...spec } };
  await stage.user.create(kinds.pods, pod);
  return stage;
}

test("a pod that becomes ready", async () => {
  const stage = await openPod([]);
  await stage.clock.advance(10_000);
  const { spec, status } = await stage.user.get(kinds.pods, key);
  expect(spec?.nodeName).toBe("node1");
  expect(status).toMatchInlineSnapshot(`
    {
      "conditions": [
        {
          "lastTransitionTime": "2026-01-01T00:00:00Z",
          "observedGeneration": 2,
          "status": "True",
          "type": "PodReadyToStartContainers",
        },
        {
          "lastTransitionTime": "2026-01-01T00:00:00Z",
          "observedGeneration": 2,
          "status": "True",
          "type": "Initialized",
        },
        {
          "lastTransitionTime": "2026-01-01T00:00:02Z",
          "observedGeneration": 2,
          "status": "True",
          "type": "Ready",
        },
        {
          "lastTransitionTime": "2026-01-01T00:00:02Z",
          "observedGeneration": 2,
          "status": "True",
          "type": "ContainersReady",
        },
        {
          "lastTransitionTime": "2026-01-01T00:00:00Z",
          "observedGeneration": 2,
          "status": "True",
          "type": "PodScheduled",
        },
      ],
      "containerStatuses": [
        {
          "containerID": "simulated://fef9f983-ff58-4732-ad20-13dd0ea52d89/main/0",
          "image": "app:1",
          "imageID": "app:1",
          "lastState": {},
          "name": "main",
          "ready": true,
          "restartCount": 0,
          "started": true,
          "state": {
            "running": {
              "startedAt": "2026-01-01T00:00:00Z",
            },
          },
        },
      ],
      "hostIP": "127.0.0.1",
      "hostIPs": [
        {
          "ip": "127.0.0.1",
        },
      ],
      "phase": "Running",
      "podIP": "10.244.0.2",
      "podIPs": [
        {
          "ip": "10.244.0.2",
        },
      ],
      "qosClass": "Burstable",
      "startTime": "2026-01-01T00:00:00Z",
    }
  `);
  expect(stage.errors).toEqual([]);
});

test("a pod that becomes unready and ready again", async () => {
  const stage = await openPod([]);
  await stage.clock.advance(10_000);
  stage.pods.setReady("one", false);
  await stage.clock.advance(10_000);
  const { status } = await stage.user.get(kinds.pods, key);
  expect(status?.conditions?.map(({ type, ...rest }) => [type, rest.status, rest.reason, rest.lastTransitionTime]))
    .toMatchInlineSnapshot(`
    [
      [
        "PodReadyToStartContainers",
        "True",
        undefined,
        "2026-01-01T00:00:00Z",
      ],
      [
        "Initialized",
        "True",
        undefined,
        "2026-01-01T00:00:00Z",
      ],
      [
        "Ready",
        "False",
        "ContainersNotReady",
        "2026-01-01T00:00:10Z",
      ],
      [
        "ContainersReady",
        "False",
        "ContainersNotReady",
        "2026-01-01T00:00:10Z",
      ],
      [
        "PodScheduled",
        "True",
        undefined,
        "2026-01-01T00:00:00Z",
      ],
    ]
  `);
  stage.pods.setReady("one", true);
  await stage.clock.advance(0);
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "0s Pod one: Pending",
      "0s Pod one: Running",
      "2s Pod one: Running, ready",
      "10s Pod one: Running",
      "20s Pod one: Running, ready",
    ]
  `);
});

test("a container that dies is restarted: at once, then with growing pauses", async () => {
  const stage = await openPod([{ kind: "runs", readyAfterMs: 1000, endsAfterMs: 5000 }]);
  await stage.clock.advance(100_000);
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "0s Pod one: Pending",
      "0s Pod one: Running",
      "1s Pod one: Running, ready",
      "5s Pod one: Running",
      "5s Pod one: Running, restarted 1",
      "6s Pod one: Running, ready, restarted 1",
      "10s Pod one: Running CrashLoopBackOff, restarted 1",
      "20s Pod one: Running, restarted 2",
      "21s Pod one: Running, ready, restarted 2",
      "25s Pod one: Running CrashLoopBackOff, restarted 2",
      "45s Pod one: Running, restarted 3",
      "46s Pod one: Running, ready, restarted 3",
      "50s Pod one: Running CrashLoopBackOff, restarted 3",
      "90s Pod one: Running, restarted 4",
      "91s Pod one: Running, ready, restarted 4",
      "95s Pod one: Running CrashLoopBackOff, restarted 4",
    ]
  `);
  const { status } = await stage.user.get(kinds.pods, key);
  expect(status?.containerStatuses).toMatchInlineSnapshot(`
    [
      {
        "containerID": "simulated://fef9f983-ff58-4732-ad20-13dd0ea52d89/main/4",
        "image": "app:1",
        "imageID": "app:1",
        "lastState": {
          "terminated": {
            "containerID": "simulated://fef9f983-ff58-4732-ad20-13dd0ea52d89/main/4",
            "exitCode": 1,
            "finishedAt": "2026-01-01T00:01:35Z",
            "reason": "Error",
            "startedAt": "2026-01-01T00:01:30Z",
          },
        },
        "name": "main",
        "ready": false,
        "restartCount": 4,
        "started": false,
        "state": {
          "waiting": {
            "message": "back-off 1m20s restarting failed container=main pod=one_test(fef9f983-ff58-4732-ad20-13dd0ea52d89)",
            "reason": "CrashLoopBackOff",
          },
        },
      },
    ]
  `);
  expect(stage.events).toMatchInlineSnapshot(`
    [
      "0s Pod one Scheduled: Successfully assigned test/one to node1",
      "0s Pod one Started: Started container main",
      "5s Pod one Started: Started container main",
      "10s Pod one BackOff: Back-off restarting failed container main in pod one_test(fef9f983-ff58-4732-ad20-13dd0ea52d89)",
      "20s Pod one Started: Started container main",
      "25s Pod one BackOff: Back-off restarting failed container main in pod one_test(fef9f983-ff58-4732-ad20-13dd0ea52d89)",
      "45s Pod one Started: Started container main",
      "50s Pod one BackOff: Back-off restarting failed container main in pod one_test(fef9f983-ff58-4732-ad20-13dd0ea52d89)",
      "90s Pod one Started: Started container main",
      "95s Pod one BackOff: Back-off restarting failed container main in pod one_test(fef9f983-ff58-4732-ad20-13dd0ea52d89)",
    ]
  `);
});

test.each([
  ["OnFailure", 0, "Succeeded, not restarted"],
  ["OnFailure", 1, "Running, restarted"],
  ["Never", 0, "Succeeded, not restarted"],
  ["Never", 3, "Failed, not restarted"],
])("restart policy %s and exit code %d", async (restartPolicy, exitCode, expected) => {
  const ends: Course = { kind: "runs", readyAfterMs: 0, endsAfterMs: 1000, exitCode };
  const stage = await openPod([ends, { kind: "runs", readyAfterMs: 0 }], { restartPolicy });
  await stage.clock.advance(5000);
  const { status } = await stage.user.get(kinds.pods, key);
  const restarts = status?.containerStatuses?.[0]?.restartCount ?? 0;
  expect(`${status?.phase ?? ""}, ${restarts === 0 ? "not restarted" : "restarted"}`).toBe(expected);
});

test("an image that is not there is looked for again", async () => {
  const message = 'Container image "app:1" is not present with pull policy of Never';
  const courses: Course[] = [{ kind: "waits", reason: "ErrImageNeverPull", message }];
  const stage = await openPod(courses);
  await stage.clock.advance(5000);
  const { status } = await stage.user.get(kinds.pods, key);
  expect([status?.phase, status?.containerStatuses?.[0]?.state]).toEqual([
    "Pending",
    { waiting: { reason: "ErrImageNeverPull", message } },
  ]);
  courses[0] = { kind: "runs", readyAfterMs: 0 };
  await stage.clock.advance(10_000);
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "0s Pod one: Pending",
      "0s Pod one: Pending ErrImageNeverPull",
      "10s Pod one: Running, ready",
    ]
  `);
});

test.each([
  ["in time", 5000, 30, "15s", 143],
  ["too late", 60_000, 30, "40s", 137],
  ["at once", 0, 30, "10s", 143],
])("a pod that is deleted ends %s", async (_, stopsAfterMs, grace, gone, exitCode) => {
  const course: Course = { kind: "runs", readyAfterMs: 0, stopsAfterMs };
  const stage = await openPod([course], { terminationGracePeriodSeconds: grace });
  await stage.clock.advance(10_000);
  stage.turnPage();
  await stage.user.delete(kinds.pods, key);
  await stage.clock.advance(60_000);
  const phase = exitCode === 0 ? "Succeeded" : "Failed";
  expect(stage.story).toEqual([
    "10s Pod one: Running, ready, ending",
    `${gone} Pod one: ${phase}, ending`,
    `${gone} Pod one: gone`,
  ]);
});

test("a pod that is deleted by force is ended all the same", async () => {
  const stage = await openPod([{ kind: "runs", readyAfterMs: 0, stopsAfterMs: 5000 }]);
  await stage.clock.advance(10_000);
  await stage.client.remove(kinds.pods, key, { gracePeriodSeconds: 0 });
  await stage.user.create(kinds.pods, { metadata: key, spec: podSpecOf("app:1") });
  await stage.clock.advance(10_000);
  expect(stage.story).toMatchInlineSnapshot(`
    [
      "0s Pod one: Pending",
      "0s Pod one: Running, ready",
      "10s Pod one: Running, ready, ending",
      "10s Pod one: gone",
      "10s Pod one: Pending",
      "10s Pod one: Running, ready",
    ]
  `);
});

test("a pod that fits on no node waits", async () => {
  const stage = await openPod([], { nodeSelector: { disk: "fast" } });
  await stage.clock.advance(10_000);
  const { spec, status } = await stage.user.get(kinds.pods, key);
  expect([spec?.nodeName, status?.phase, status?.conditions]).toMatchInlineSnapshot(`
    [
      undefined,
      "Pending",
      [
        {
          "lastTransitionTime": "2026-01-01T00:00:00Z",
          "message": "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
          "observedGeneration": 1,
          "reason": "Unschedulable",
          "status": "False",
          "type": "PodScheduled",
        },
      ],
    ]
  `);
  await stage.user.delete(kinds.pods, key);
  await stage.clock.advance(0);
  expect(stage.story.at(-1)).toBe("10s Pod one: gone");
});
