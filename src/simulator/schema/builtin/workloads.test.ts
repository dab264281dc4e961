import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const deployments = builtin("Deployment");
const labels = { app: "web" };
const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "web:1" }] } };
const spec = { selector: { matchLabels: labels }, template };
const completeTemplate = {
  metadata: { labels },
  spec: {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    containers: [
      {
        name: "web",
        image: "web:1",
        imagePullPolicy: "IfNotPresent",
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
      },
    ],
  },
};

test.each<readonly [string, object, object]>([
  [
    "Deployment",
    { paused: null, template: { ...template, metadata: { labels, annotations: {} } } },
    {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    },
  ],
  [
    "Deployment",
    { replicas: 0, strategy: { type: "Recreate" } },
    {
      replicas: 0,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "Recreate" },
    },
  ],
  [
    "Deployment",
    { strategy: { rollingUpdate: { maxSurge: 1 } } },
    {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: "25%" } },
    },
  ],
  ["ReplicaSet", {}, { replicas: 1 }],
  [
    "DaemonSet",
    {},
    {
      revisionHistoryLimit: 10,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    },
  ],
  [
    "DaemonSet",
    { updateStrategy: { type: "OnDelete" } },
    { revisionHistoryLimit: 10, updateStrategy: { type: "OnDelete" } },
  ],
  [
    "StatefulSet",
    { serviceName: "web" },
    {
      serviceName: "web",
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: "OrderedReady",
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
    },
  ],
])("a %s with %j is completed", (kind, given, expected) => {
  const resource = builtin(kind);
  const { spec: complete } = resource.complete(objectOf(resource, { spec: { ...spec, ...given } }));
  expect(complete).toEqual({ selector: spec.selector, template: completeTemplate, ...expected });
});

test("an object of another shape is left alone", () => {
  const object = objectOf(deployments, { spec: { replicas: "3" } });
  expect(deployments.complete(object)).toBe(object);
  expect(deployments.validate(object, undefined)).toHaveLength(1);
});

const mismatch = "`selector` does not match template `labels`";
const rows: readonly (readonly [string, object, readonly string[], object?])[] = [
  ["Deployment", {}, []],
  [
    "Deployment",
    { replicas: -1, minReadySeconds: -1, revisionHistoryLimit: -1 },
    [
      "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
      "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
      "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0",
    ],
  ],
  [
    "Deployment",
    { progressDeadlineSeconds: 5, minReadySeconds: 5 },
    ["spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"],
  ],
  [
    "Deployment",
    { selector: undefined, template: undefined },
    [
      "spec.selector: Required value",
      "spec.template.spec.containers: Required value",
      `spec.template.metadata.labels: Invalid value: null: ${mismatch}`,
    ],
  ],
  ["Deployment", { selector: {} }, ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"]],
  [
    "Deployment",
    { selector: { matchLabels: { app: "api" } } },
    [
      `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`,
      'spec.selector: Invalid value: {"matchLabels":{"app":"api"}}: field is immutable',
    ],
    {},
  ],
  [
    "Deployment",
    { strategy: { type: "Slow" } },
    ['spec.strategy: Unsupported value: {"type":"Slow"}: supported values: "Recreate", "RollingUpdate"'],
  ],
  [
    "Deployment",
    { strategy: { type: "Recreate", rollingUpdate: {} } },
    ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
  ],
  [
    "Deployment",
    { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: "0%" } } },
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
  ],
  [
    "Deployment",
    { strategy: { rollingUpdate: { maxSurge: "some", maxUnavailable: "101%" } } },
    [
      "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"some\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ],
  ],
  [
    "Deployment",
    { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } },
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
  [
    "DaemonSet",
    { selector: { matchLabels: { app: "web", tier: "x" } } },
    [
      `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`,
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable',
    ],
    {},
  ],
  ["ReplicaSet", { replicas: 2 }, [], {}],
  ["StatefulSet", { replicas: 2 }, [], {}],
  [
    "StatefulSet",
    { serviceName: "other" },
    [
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ],
    {},
  ],
];

test.each(rows.map((row) => [row[0], row[1], row] as const))("a %s with %j", (kind, given, [, , says, before]) => {
  const object = { spec: { ...spec, ...given } };
  const old = before === undefined ? undefined : { spec: { ...spec, ...before } };
  expect(problems(builtin(kind), object, old)).toEqual(says);
});

test("what kubectl shows", () => {
  const metadata = { creationTimestamp: "1970-01-01T00:00:00Z" };
  const shared = { Name: "a", Age: "90s", Containers: "web", Images: "web:1" };
  const status = { replicas: 3, readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 };
  expect(cells(deployments, { metadata, spec: { ...spec, replicas: 3 }, status }, 90_000)).toEqual({
    ...shared,
    Ready: "2/3",
    "Up-to-date": 1,
    Available: 2,
    Selector: "app=web",
  });
  expect(cells(builtin("ReplicaSet"), { metadata, spec: { ...spec, replicas: 4 }, status }, 90_000)).toEqual({
    ...shared,
    Desired: 4,
    Current: 3,
    Ready: 2,
    Selector: "app=web",
  });
  const scheduled = {
    desiredNumberScheduled: 5,
    currentNumberScheduled: 4,
    numberReady: 3,
    updatedNumberScheduled: 2,
    numberAvailable: 1,
  };
  expect(cells(builtin("DaemonSet"), { metadata, spec, status: scheduled }, 90_000)).toEqual({
    ...shared,
    Desired: 5,
    Current: 4,
    Ready: 3,
    "Up-to-date": 2,
    Available: 1,
    "Node Selector": "<none>",
    Selector: "app=web",
  });
  expect(cells(builtin("StatefulSet"), { metadata, spec: { ...spec, replicas: 1 } }, 90_000)).toEqual({
    ...shared,
    Ready: "0/1",
  });
});
