import type { DaemonSetSpec } from "kubernetes-types/apps/v1.d.ts";
import { expect, test } from "vitest";
import { planDaemonPods, revisionHash, revisionLabel } from "./daemon-plan.ts";
import type { DaemonSetObject, NodeObject, PodObject } from "./kinds.ts";
import { podSpecOf, samplePod } from "./samples.ts";

const nodes: readonly NodeObject[] = ["a", "b", "c"].map((name) => ({ metadata: { name, labels: { node: name } } }));

function daemonSet(spec: Partial<DaemonSetSpec> = {}): DaemonSetObject {
  const template = { metadata: { labels: { app: "app" } }, spec: podSpecOf("app:1") };
  return { metadata: { namespace: "test", name: "app" }, spec: { selector: {}, template, ...spec } };
}

type Look = Parameters<typeof samplePod>[1];

const current = (node: string, look: Look = {}): PodObject =>
  samplePod(`new-${node}`, { node, labels: { [revisionLabel]: revisionHash(daemonSet()) }, ...look });
const old = (node: string, look: Look = {}): PodObject => samplePod(`old-${node}`, { node, ...look });

const two = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2 } } };
const onDelete = { updateStrategy: { type: "OnDelete" } };

test.each<[string, Partial<DaemonSetSpec>, PodObject[], string[], string[]]>([
  ["a pod on each node", {}, [current("a")], ["b", "c"], []],
  ["no pod beside one that is ending", {}, [current("a"), current("b"), old("c", { deleted: true })], [], []],
  [
    "one of several on a node",
    {},
    [current("a"), old("a", { created: 1000 }), current("b"), current("c")],
    [],
    ["old-a"],
  ],
  ["none that is over", {}, [current("a", { phase: "Failed" }), current("b"), current("c")], [], ["new-a"]],
  ["old pods one by one", {}, [old("a"), old("b"), old("c")], [], ["old-a"]],
  ["none while a new one is not ready", {}, [current("a", { ready: false }), old("b"), old("c")], [], []],
  [
    "broken old pods at once",
    {},
    [old("a"), old("b", { ready: false }), old("c", { ready: false })],
    [],
    ["old-b", "old-c", "old-a"],
  ],
  ["as many as may be missing", two, [old("a"), old("b"), old("c")], [], ["old-a", "old-b"]],
  ["old pods that stay until they are deleted", onDelete, [old("a"), old("b"), current("c")], [], []],
])("%s", (_, spec, pods, create, remove) => {
  const plan = planDaemonPods(daemonSet(spec), nodes, pods, 60_000);
  expect([plan.create, plan.remove.map(({ metadata }) => metadata.name)]).toEqual([create, remove]);
});

test("only nodes that the template chooses have pods", () => {
  const template = { metadata: {}, spec: { ...podSpecOf("app:1"), nodeSelector: { node: "b" } } };
  const plan = planDaemonPods(daemonSet({ template }), nodes, [current("a")], 60_000);
  expect([plan.create, plan.remove.map(({ metadata }) => metadata.name)]).toEqual([["b"], ["new-a"]]);
});
