import { deepEqual, equal, match, partialDeepStrictEqual as matches } from "node:assert/strict";
import { configMaps, deployments, horizontalPodAutoscalers, secrets, services } from "../../../kubernetes/resources.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { at, causesOf } from "../answers.ts";
import type { Behaviour, Topic } from "../behaviour.ts";
import { deployment } from "../samples.ts";

const app = { name: "app", image: "example.com/app:1.0" };
const labels = { app: "a" };

const ofDeployment = (spec: object): object => deployment("a", spec);
const ofPodSpec = (spec: object): object => deployment("a", { template: { metadata: { labels }, spec } });
const ofContainer = (container: object): object => ofPodSpec({ containers: [{ ...app, ...container }] });
const ofService = (spec: object): object => ({ metadata: { name: "a" }, spec });
const ofAutoscaler = (spec: object): object => ({
  metadata: { name: "a" },
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" }, maxReplicas: 2, ...spec },
});

/** Objects that are refused, and which of their fields are wrong in which way. */
const refusals: readonly (readonly [string, Resource, object, readonly string[]])[] = [
  [
    "a Deployment whose selector does not select its own pods",
    deployments,
    ofDeployment({ selector: { matchLabels: { app: "other" } } }),
    ["FieldValueInvalid spec.template.metadata.labels"],
  ],
  [
    "a Deployment without a selector",
    deployments,
    ofDeployment({ selector: undefined }),
    ["FieldValueInvalid spec.template.metadata.labels", "FieldValueRequired spec.selector"],
  ],
  [
    "a Deployment that selects everything",
    deployments,
    ofDeployment({ selector: {} }),
    ["FieldValueInvalid spec.selector"],
  ],
  [
    "a Deployment of fewer than no replicas",
    deployments,
    ofDeployment({ replicas: -1 }),
    ["FieldValueInvalid spec.replicas"],
  ],
  [
    "a rolling update that may not move",
    deployments,
    ofDeployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    ["FieldValueInvalid spec.strategy.rollingUpdate.maxUnavailable"],
  ],
  [
    "a strategy that there is not",
    deployments,
    ofDeployment({ strategy: { type: "Leap" } }),
    ["FieldValueNotSupported spec.strategy"],
  ],
  [
    "a strategy with the bounds of another one",
    deployments,
    ofDeployment({ strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } }),
    ["FieldValueForbidden spec.strategy.rollingUpdate"],
  ],
  [
    "a progress deadline within the time to become available",
    deployments,
    ofDeployment({ minReadySeconds: 10, progressDeadlineSeconds: 5 }),
    ["FieldValueInvalid spec.progressDeadlineSeconds"],
  ],
  [
    "a pod without containers",
    deployments,
    ofPodSpec({ containers: [] }),
    ["FieldValueRequired spec.template.spec.containers"],
  ],
  [
    "a container without name and image",
    deployments,
    ofPodSpec({ containers: [{}] }),
    [
      "FieldValueRequired spec.template.spec.containers[0].image",
      "FieldValueRequired spec.template.spec.containers[0].name",
    ],
  ],
  [
    "two containers of one name",
    deployments,
    ofPodSpec({ containers: [app, app] }),
    ["FieldValueDuplicate spec.template.spec.containers[1].name"],
  ],
  [
    "a container whose name is no label",
    deployments,
    ofContainer({ name: "App_1" }),
    ["FieldValueInvalid spec.template.spec.containers[0].name"],
  ],
  [
    "a port out of range",
    deployments,
    ofContainer({ ports: [{ containerPort: 70000 }] }),
    ["FieldValueInvalid spec.template.spec.containers[0].ports[0].containerPort"],
  ],
  [
    "a probe that asks in two ways",
    deployments,
    ofContainer({ readinessProbe: { httpGet: { path: "/", port: 80 }, tcpSocket: { port: 80 } } }),
    ["FieldValueForbidden spec.template.spec.containers[0].readinessProbe.tcpSocket"],
  ],
  [
    "a probe that asks nothing",
    deployments,
    ofContainer({ livenessProbe: { periodSeconds: 1 } }),
    ["FieldValueRequired spec.template.spec.containers[0].livenessProbe"],
  ],
  [
    "a mount of a volume that there is not",
    deployments,
    ofContainer({ volumeMounts: [{ name: "data", mountPath: "/data" }] }),
    ["FieldValueNotFound spec.template.spec.containers[0].volumeMounts[0].name"],
  ],
  [
    "a volume without a name",
    deployments,
    ofPodSpec({ containers: [app], volumes: [{ emptyDir: {} }] }),
    ["FieldValueRequired spec.template.spec.volumes[0].name"],
  ],
  [
    "a request above its limit",
    deployments,
    ofContainer({ resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } }),
    ["FieldValueInvalid spec.template.spec.containers[0].resources.requests"],
  ],
  [
    "pods that do not start again",
    deployments,
    ofPodSpec({ containers: [app], restartPolicy: "Never" }),
    ["FieldValueNotSupported spec.template.spec.restartPolicy"],
  ],
  [
    "an environment variable without a name",
    deployments,
    ofContainer({ env: [{ value: "1" }] }),
    ["FieldValueRequired spec.template.spec.containers[0].env[0].name"],
  ],
  ["a Service without ports", services, ofService({ selector: labels }), ["FieldValueRequired spec.ports"]],
  [
    "a Service's port out of range",
    services,
    ofService({ ports: [{ port: 0 }] }),
    ["FieldValueInvalid spec.ports[0].port", "FieldValueInvalid spec.ports[0].targetPort"],
  ],
  [
    "several ports of a Service without names",
    services,
    ofService({ ports: [{ port: 80 }, { port: 81 }] }),
    ["FieldValueRequired spec.ports[0].name", "FieldValueRequired spec.ports[1].name"],
  ],
  [
    "two ports of a Service with one number",
    services,
    ofService({
      ports: [
        { name: "a", port: 80 },
        { name: "b", port: 80 },
      ],
    }),
    ["FieldValueDuplicate spec.ports[1]"],
  ],
  [
    "a type of Service that there is not",
    services,
    ofService({ type: "Magic", ports: [{ port: 80 }] }),
    ["FieldValueNotSupported spec.type"],
  ],
  [
    "a Service whose name begins with a digit",
    services,
    { metadata: { name: "1a" }, spec: { ports: [{ port: 80 }] } },
    ["FieldValueInvalid metadata.name"],
  ],
  [
    "an autoscaler with more replicas at least than at most",
    horizontalPodAutoscalers,
    ofAutoscaler({ minReplicas: 3 }),
    ["FieldValueInvalid spec.maxReplicas"],
  ],
  [
    "an autoscaler without a maximum",
    horizontalPodAutoscalers,
    ofAutoscaler({ maxReplicas: 0 }),
    ["FieldValueInvalid spec.maxReplicas", "FieldValueInvalid spec.maxReplicas"],
  ],
  [
    "a key of a ConfigMap that is no file name",
    configMaps,
    { metadata: { name: "a" }, data: { "a/b": "" } },
    ["FieldValueInvalid data[a/b]"],
  ],
  ["a name in upper case", configMaps, { metadata: { name: "A" } }, ["FieldValueInvalid metadata.name"]],
  [
    "a label whose value is too long",
    configMaps,
    { metadata: { name: "a", labels: { a: "x".repeat(64) } } },
    ["FieldValueInvalid metadata.labels"],
  ],
  [
    "a label whose key has a space",
    configMaps,
    { metadata: { name: "a", labels: { "a b": "c" } } },
    ["FieldValueInvalid metadata.labels"],
  ],
  [
    "an annotation whose key has a space",
    configMaps,
    { metadata: { name: "a", annotations: { "a b": "c" } } },
    ["FieldValueInvalid metadata.annotations"],
  ],
  [
    "an owner without uid",
    configMaps,
    {
      metadata: { name: "a", ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "b", uid: "" }] },
    },
    ["FieldValueInvalid metadata.ownerReferences.uid"],
  ],
  [
    "a Secret for a registry without its data",
    secrets,
    { metadata: { name: "a" }, type: "kubernetes.io/dockerconfigjson" },
    ["FieldValueRequired data[.dockerconfigjson]"],
  ],
];

const refused = Object.fromEntries(
  refusals.map(([name, resource, object, expected]): [string, Behaviour] => [
    `${name}: refused`,
    async (api) => {
      const answer = await api.create(resource, object);
      matches(answer, { status: 422, body: { kind: "Status", reason: "Invalid", code: 422 } });
      deepEqual(
        causesOf(answer).map((cause) => cause.replace(/: .*/s, "")),
        expected,
      );
    },
  ]),
);

/** What the server refuses, and how it says so. */
export const validation: Topic = {
  name: "validation errors",
  behaviours: {
    ...refused,
    "a Status names kind and object, each field and what is wrong with it": async (api) => {
      const answer = await api.create(deployments, ofPodSpec({ containers: [{ image: "example.com/app:1" }] }));
      deepEqual(answer.body, {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'Deployment.apps "a" is invalid: spec.template.spec.containers[0].name: Required value',
        reason: "Invalid",
        details: {
          name: "a",
          group: "apps",
          kind: "Deployment",
          causes: [
            {
              reason: "FieldValueRequired",
              message: "Required value",
              field: "spec.template.spec.containers[0].name",
            },
          ],
        },
        code: 422,
      });
    },
    "a Status of several mistakes lists them": async (api) => {
      const answer = await api.create(deployments, ofPodSpec({ containers: [{}] }));
      match(
        String(at(answer.body, "message")),
        /^Deployment\.apps "a" is invalid: \[spec\.template\.spec\.containers\[0\]\.name: Required value, /,
      );
    },
    "a value of another type is refused before all else": async (api) => {
      const answer = await api.create(deployments, ofDeployment({ replicas: "three" }));
      matches(answer, { status: 400, body: { reason: "BadRequest" } });
      match(
        String(at(answer.body, "message")),
        /^Deployment in version "v1" cannot be handled as a Deployment: .*spec\.replicas/,
      );
    },
    "a quantity that is none is refused": async (api) => {
      const answer = await api.create(deployments, ofContainer({ resources: { limits: { cpu: "a lot" } } }));
      equal(answer.status, 400);
      match(String(at(answer.body, "message")), /quantities must match the regular expression/);
    },
    "a change is validated like a creation": async (api) => {
      equal((await api.create(deployments, ofDeployment({}))).status, 201);
      const body = { spec: { template: { spec: { containers: [{ name: "app", image: "" }] } } } };
      const answer = await api.patch(deployments, "a", { type: "strategic", body });
      equal(answer.status, 422);
      deepEqual(causesOf(answer), ["FieldValueRequired spec.template.spec.containers[0].image: Required value"]);
    },
  },
};
