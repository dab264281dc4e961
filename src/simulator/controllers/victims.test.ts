import { expect, test } from "vitest";
import { samplePod } from "./samples.ts";
import { victims } from "./victims.ts";

const cost = (value: string) => ({ annotations: { "controller.kubernetes.io/pod-deletion-cost": value } });

test("pods go in the order in which they are missed least", () => {
  const pods = [
    samplePod("ready longest", { since: 0 }),
    samplePod("ready shortest", { since: 60_000 }),
    samplePod("ready, cheap", { since: 0, ...cost("-1") }),
    samplePod("unready, cheap", { ready: false, ...cost("-1") }),
    samplePod("unready", { ready: false }),
    samplePod("unready, restarted", { ready: false, restarts: 2 }),
    samplePod("unready, newer", { ready: false, created: 60_000 }),
    samplePod("pending", { phase: "Pending", ready: false }),
    samplePod("nowhere", { phase: "Pending", ready: false, node: undefined }),
  ];
  expect(victims(pods, pods.length).map(({ metadata }) => metadata.name)).toEqual([
    "nowhere",
    "pending",
    "unready, cheap",
    "unready, restarted",
    "unready, newer",
    "unready",
    "ready, cheap",
    "ready shortest",
    "ready longest",
  ]);
});
