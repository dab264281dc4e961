import type { Deployment, DeploymentCondition, DeploymentStatus } from "kubernetes-types/apps/v1.d.ts";
import type { PodSpec } from "kubernetes-types/core/v1.d.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Canary } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { mergePatch } from "../simulator/merge/merge-patch.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { deployment } from "./deployment.ts";
import { canary, edited, fixedSize, options, podSpec, primary, target, withPods } from "./testdata/podinfo.ts";

type Live = Stored<Deployment>;

/** The primary after a promotion from `from`. */
function promoted(of: Canary, from: Live, to: Live, rolloutId = "v1:2.run-2"): unknown {
  return mergePatch(to, deployment.promote(of, from, to, { ...options, rolloutId })?.body ?? {});
}

describe("selector", () => {
  test.each([
    ["the first of the labels", { name: "b", app: "a" }, { label: "app", value: "a" }],
    ["a later one", { "app.kubernetes.io/name": "c", tier: "web" }, { label: "app.kubernetes.io/name", value: "c" }],
  ] as const)("takes %s", (_, matchLabels, expected) => {
    expect(deployment.selector(edited({ selector: { matchLabels } }), options.selectorLabels)).toEqual(expected);
  });

  test("refuses a target without any", () => {
    expect(() => deployment.selector(edited({ selector: { matchLabels: { tier: "web" } } }), ["app", "name"])).toThrow(
      new InvalidSpec("deployment podinfo.test spec.selector.matchLabels must contain one of [app name]"),
    );
  });
});

describe("primary", () => {
  test("is a copy with names, labels and configs of its own", () => {
    expect(deployment.primary(canary, target, options)).toEqual(primary);
  });

  test("has a pod even if the target has none", () => {
    expect(deployment.primary(canary, edited({ replicas: 0 }), options)).toMatchObject({ spec: { replicas: 1 } });
  });

  test("reads untracked configs from where the target does", () => {
    const { spec } = deployment.primary(canary, target, { ...options, trackedConfigs: [] }) as Live;
    expect(spec?.template.spec?.volumes).toEqual(podSpec("").volumes);
  });

  test("keeps apart from pods that have the workload's name, whatever they are selected by", () => {
    const away = (own: string): PodSpec => ({
      containers: [],
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: own, tier: "podinfo" } }, topologyKey: "host" },
            { labelSelector: { matchLabels: { app: "web" } }, topologyKey: "host" },
          ],
        },
      },
    });
    const from = edited({
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: away("podinfo") },
    });
    const { spec } = deployment.primary(canary, from, options) as Live;
    expect(spec?.template.spec).toEqual(away("podinfo-primary"));
  });

  test("selects its pods by one label, which they have", () => {
    const names = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(names, fc.dictionary(names, names), (value, labels) => {
        const matchLabels = { ...labels, app: value };
        const from = edited({ selector: { matchLabels }, template: { metadata: { labels: matchLabels } } });
        const { spec } = deployment.primary(canary, from, options) as Live;
        expect(spec?.selector).toEqual({ matchLabels: { app: `${value}-primary` } });
        expect(spec?.template.metadata?.labels).toEqual({ ...matchLabels, app: `${value}-primary` });
      }),
    );
  });
});

describe("promote", () => {
  const next = withPods(podSpec("", "podinfo:6.0.1"));

  test("replaces template, labels and annotations, not the size that an autoscaler has set", () => {
    const scaled = { ...primary, spec: { ...edited({}).spec, ...primary.spec, replicas: 7 } } as Live;
    expect(promoted(canary, next, scaled)).toEqual({
      ...primary,
      metadata: { ...primary.metadata, annotations: { "app.kubernetes.io/note": "keep" } },
      spec: {
        ...primary.spec,
        replicas: 7,
        template: {
          metadata: {
            labels: { app: "podinfo-primary", track: "stable", ver: "1" },
            annotations: { "prometheus.io/scrape": "true", "flagger-id": "v1:2.run-2" },
          },
          spec: podSpec("-primary", "podinfo:6.0.1"),
        },
      },
    });
  });

  test("says which version of the primary it is for and names only what changes", () => {
    const stored = { ...primary, metadata: { ...primary.metadata, annotations: {}, resourceVersion: "12" } };
    const template = { metadata: { annotations: { "flagger-id": "v1:2.run-2" } } };
    const unnoted = { ...target, metadata: { ...target.metadata, annotations: {} } };
    expect(deployment.promote(canary, unnoted, stored, { ...options, rolloutId: "v1:2.run-2" })).toEqual({
      type: "merge",
      body: { metadata: { annotations: null, resourceVersion: "12" }, spec: { template } },
    });
  });

  test("removes what the target no longer has", () => {
    const bare = structuredClone(target);
    bare.spec = {
      selector: { matchLabels: { app: "podinfo" } },
      template: { spec: { containers: [{ name: "podinfod" }] } },
    };
    expect(promoted(canary, bare, primary)).toEqual({
      ...primary,
      metadata: { ...primary.metadata, annotations: { "app.kubernetes.io/note": "keep" } },
      spec: {
        replicas: 3,
        selector: primary.spec?.selector,
        template: {
          metadata: { labels: { app: "podinfo-primary" }, annotations: { "flagger-id": "v1:2.run-2" } },
          spec: { containers: [{ name: "podinfod" }] },
        },
      },
    });
  });

  test.each([
    ["follows the target without an autoscaler", fixedSize, 5, 5],
    ["stays when the target has no pods", fixedSize, 0, 3],
    ["stays with an autoscaler", canary, 5, 3],
  ] as const)("the size %s", (_, of, replicas, expected) => {
    expect(promoted(of, edited({ replicas }), primary)).toMatchObject({ spec: { replicas: expected } });
  });

  test("leaves alone what others own", () => {
    const theirs = {
      ...primary,
      metadata: { ...primary.metadata, annotations: { "deployment.kubernetes.io/revision": "9" }, finalizers: ["x"] },
      spec: { ...edited({}).spec, ...primary.spec, paused: true },
      status: { replicas: 3 },
    } as Live;
    expect(promoted(canary, next, theirs)).toMatchObject({
      metadata: {
        annotations: { "app.kubernetes.io/note": "keep", "deployment.kubernetes.io/revision": "9" },
        finalizers: ["x"],
      },
      spec: { paused: true },
      status: { replicas: 3 },
    });
  });

  test("twice is once", () => {
    fc.assert(
      fc.property(fc.constantFrom("1", "2", "3"), fc.nat(5), fc.boolean(), (tag, replicas, autoscaled) => {
        const of = autoscaled ? canary : fixedSize;
        const from = { ...withPods(podSpec("", `podinfo:${tag}`)) };
        const revised = { ...from, spec: { ...edited({}).spec, ...from.spec, replicas } } as Live;
        const once = promoted(of, revised, primary) as Live;
        expect(deployment.promote(of, revised, once, { ...options, rolloutId: "v1:2.run-2" })).toBeUndefined();
        expect(deployment.rolloutId(once)).toBe("v1:2.run-2");
        expect(deployment.sameRevision(revised, once, options.selectorLabels)).toBe(true);
      }),
    );
  });
});

describe("sameRevision", () => {
  const { metadata } = primary.spec?.template ?? {};
  const isSame = (of: Live, other: Live) => deployment.sameRevision(of, other, options.selectorLabels);

  /** The primary with other pods. */
  const withPrimaryPods = (spec: PodSpec, labels: object = {}, annotations: object = {}): Live => {
    const changed = {
      labels: { ...metadata?.labels, ...labels },
      annotations: { ...metadata?.annotations, ...annotations },
    };
    return { ...primary, spec: { selector: {}, ...primary.spec, template: { metadata: changed, spec } } };
  };
  const pods = podSpec("-primary");
  const { volumes = [], initContainers = [], containers, affinity = {}, topologySpreadConstraints = [] } = podSpec("");

  test.each<[string, Live]>([
    ["what the primary rewrites", primary],
    ["which rollout it is from", withPrimaryPods(pods, {}, { "flagger-id": "4f9c908c-a362-47b9-b9a9-9a9d05c296cf" })],
    ["that none of its configs was tracked", withPrimaryPods({ ...pods, volumes, initContainers, containers })],
    ["that some of its configs were not", withPrimaryPods({ ...pods, initContainers })],
    ["what the API server fills in", withPrimaryPods({ ...pods, dnsPolicy: "ClusterFirst" })],
  ])("does not mind %s", (_, other) => {
    expect(isSame(target, other)).toBe(true);
  });

  test.each<[string, Live]>([
    ["another image", withPrimaryPods(podSpec("-primary", "podinfo:6.0.1"))],
    ["fewer containers", withPrimaryPods({ ...pods, containers: pods.containers.slice(1) })],
    ["another config", withPrimaryPods({ ...pods, volumes: podSpec("-other").volumes ?? [] })],
    ["another label", withPrimaryPods(pods, { ver: "2" })],
    ["the target's own label", withPrimaryPods(pods, { app: "podinfo" })],
    ["another annotation", withPrimaryPods(pods, {}, { a: "b" })],
    ["anti-affinity to the target's pods", withPrimaryPods({ ...pods, affinity })],
    ["spread among the target's pods", withPrimaryPods({ ...pods, topologySpreadConstraints })],
  ])("tells a primary with %s", (_, other) => {
    expect(isSame(target, other)).toBe(false);
  });

  /** A target whose own names end as a primary's do. */
  const database = (secret: string): Live => ({
    metadata: { name: "db-primary", namespace: "test" },
    spec: {
      selector: { matchLabels: { app: "db-primary" } },
      template: {
        metadata: { labels: { app: "db-primary" } },
        spec: { containers: [{ name: "db", image: "db:1", envFrom: [{ secretRef: { name: secret } }] }] },
      },
    },
  });

  test.each([
    ["db", "db", true],
    ["db", "db-primary", true],
    ["db", "db-primary-primary", false],
    ["db-primary", "db-primary", true],
    ["db-primary", "db-primary-primary", true],
    ["db-primary", "db", false],
  ])("a target that reads %s goes with a primary that reads %s: %s", (reads, primaryReads, expected) => {
    const other = deployment.primary(canary, database(primaryReads), { ...options, trackedConfigs: [] }) as Live;
    expect(isSame(database(reads), other)).toBe(expected);
  });
});

describe("ports", () => {
  test("are those of all containers but sidecars and the Service's own", () => {
    expect(deployment.ports(canary, target)).toEqual({ grpc: 9999, "tcp-podinfod-2": 9797 });
  });
});

test("lists the configs of volumes and of the environment of containers and init containers", () => {
  expect(deployment.configRefs(target)).toEqual([
    { kind: "ConfigMap", name: "cm-vol", optional: false },
    { kind: "Secret", name: "sec-vol", optional: false },
    { kind: "ConfigMap", name: "cm-proj", optional: false },
    { kind: "Secret", name: "sec-proj", optional: false },
    { kind: "ConfigMap", name: "cm-off", optional: false },
    { kind: "ConfigMap", name: "cm-init", optional: false },
    { kind: "ConfigMap", name: "cm-env", optional: false },
    { kind: "Secret", name: "sec-env", optional: false },
    { kind: "Secret", name: "sec-all", optional: false },
    { kind: "ConfigMap", name: "cm-opt", optional: true },
  ]);
});

test("scales by a merge patch on the number of pods alone", () => {
  expect(deployment.scaleToZero()).toEqual({ type: "merge", body: { spec: { replicas: 0 } } });
  expect(deployment.scaleUp(2)).toEqual({ type: "merge", body: { spec: { replicas: 2 } } });
  expect(deployment.replicas(target)).toBe(3);
  expect(deployment.availableReplicas({ ...target, status: { availableReplicas: 2 } })).toBe(2);
  expect(deployment.availableReplicas(target)).toBe(0);
});

describe("readiness", () => {
  const now = Date.parse("2026-01-01T00:10:00Z");
  const good = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  const progressing = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" };
  const unavailable = (lastUpdateTime: string): DeploymentCondition => ({
    type: "Available",
    status: "False",
    reason: "MinimumReplicasUnavailable",
    lastUpdateTime,
  });
  const late = [progressing, unavailable("2026-01-01T00:08:59Z")];
  const inTime = [progressing, unavailable("2026-01-01T00:09:00Z")];
  const exceeded = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];
  const wait = "waiting for rollout to finish: ";
  const updating = `${wait}1 out of 3 new replicas have been updated`;

  test.each<[string, DeploymentStatus, number, "ready" | "waiting" | "stuck", string?]>([
    ["all pods are new and available", good, 100, "ready"],
    [
      "the controller lags",
      { ...good, observedGeneration: 1 },
      100,
      "waiting",
      `${wait}observed deployment generation less than desired generation`,
    ],
    ["nothing is known", {}, 100, "waiting", `${wait}observed deployment generation less than desired generation`],
    ["pods are not updated", { ...good, updatedReplicas: 1 }, 100, "waiting", updating],
    ["updating takes too long", { ...good, updatedReplicas: 1, conditions: late }, 100, "stuck", updating],
    [
      "pods were never available, and no progress is tracked",
      { ...good, updatedReplicas: 1, conditions: late.slice(1) },
      100,
      "waiting",
      updating,
    ],
    ["old pods are left", { ...good, replicas: 5 }, 100, "waiting", `${wait}2 old replicas are pending termination`],
    [
      "pods are not available",
      { ...good, availableReplicas: 2 },
      100,
      "waiting",
      `${wait}2 of 3 (readyThreshold 100%) updated replicas are available`,
    ],
    ["enough pods are available", { ...good, availableReplicas: 1 }, 50, "ready"],
    [
      "a low threshold still asks for a pod",
      { ...good, availableReplicas: 0 },
      10,
      "waiting",
      `${wait}0 of 3 (readyThreshold 10%) updated replicas are available`,
    ],
    [
      "the deadline is exceeded",
      { ...good, conditions: exceeded },
      100,
      "stuck",
      'deployment "podinfo" exceeded its progress deadline',
    ],
  ])("when %s", (_, status, threshold, kind, reason) => {
    const workload = { ...target, metadata: { ...target.metadata, generation: 2 }, status };
    const expected = reason === undefined ? { kind } : { kind, reason };
    expect(deployment.readiness(workload, { threshold, deadlineSeconds: 60, now })).toEqual(expected);
  });

  test("until its deadline, it says when that is", () => {
    const status = { ...good, updatedReplicas: 1, conditions: inTime };
    const workload = { ...target, metadata: { ...target.metadata, generation: 2 }, status };
    expect(deployment.readiness(workload, { threshold: 100, deadlineSeconds: 60, now })).toEqual({
      kind: "waiting",
      reason: updating,
      stuckAt: now,
    });
  });

  test("is not given without pods, and no deadline runs", () => {
    const idle = { ...edited({ replicas: 0 }), status: { observedGeneration: 2, conditions: exceeded } };
    expect(deployment.readiness(idle, { threshold: 100, deadlineSeconds: 60, now })).toEqual({
      kind: "waiting",
      reason: 'deployment "podinfo" is scaled to zero',
    });
  });
});

test.each([
  ["one by one", undefined, 2, false],
  ["one by one, by default", {}, 1, false],
  ["all, then anew", { type: "Recreate" }, 2, true],
  ["as many as may be missing", { rollingUpdate: { maxUnavailable: 1 } }, 2, false],
  ["as many as may be missing, which is all", { rollingUpdate: { maxUnavailable: 1 } }, 1, true],
  ["a share, rounded down", { rollingUpdate: { maxUnavailable: "99%" } }, 3, false],
  ["a share, which is all", { rollingUpdate: { maxUnavailable: "100%" } }, 3, true],
])("pods are replaced %s", (_, strategy, pods, atOnce) => {
  expect(deployment.goesAtOnce(edited({ ...(strategy && { strategy }) }), pods)).toBe(atOnce);
});
