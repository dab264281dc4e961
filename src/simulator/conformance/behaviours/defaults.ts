import { deepEqual, equal, match, partialDeepStrictEqual as matches } from "node:assert/strict";
import { deployments, horizontalPodAutoscalers, leases, secrets, services } from "../../../kubernetes/resources.ts";
import type { Resource } from "../../../kubernetes/resources.ts";
import { at, done } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Topic } from "../behaviour.ts";
import { daemonSets, pods } from "../resources.ts";
import { podSpec } from "../samples.ts";

const app = { name: "app", image: "example.com/app:1.0" };
const selector = { matchLabels: { app: "a" } };
const template = { metadata: { labels: { app: "a" } }, spec: { containers: [app] } };

/** The spec as it is stored. */
async function specOf(api: Api, resource: Resource, spec: object): Promise<unknown> {
  const object = { metadata: { name: "a" }, spec };
  return api.eventually("the namespace takes pods", async () => done(await api.create(resource, object))["spec"]);
}

const completeContainer = {
  ...app,
  imagePullPolicy: "IfNotPresent",
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};
const completePodSpec = {
  containers: [completeContainer],
  dnsPolicy: "ClusterFirst",
  restartPolicy: "Always",
  schedulerName: "default-scheduler",
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};

/** What the server fills in. */
export const defaults: Topic = {
  name: "defaults of builtin kinds",
  behaviours: {
    "a Deployment is completed": async (api) => {
      deepEqual(await specOf(api, deployments, { replicas: 0, selector, template }), {
        progressDeadlineSeconds: 600,
        replicas: 0,
        revisionHistoryLimit: 10,
        selector,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
        template: { metadata: template.metadata, spec: completePodSpec },
      });
    },
    "a Deployment has one replica": async (api) => {
      const spec = { paused: true, selector, template: { ...template, spec: podSpec } };
      equal(at(await specOf(api, deployments, spec), "replicas"), 1);
    },
    "a Deployment that recreates its pods does not roll": async (api) => {
      const spec = await specOf(api, deployments, {
        replicas: 0,
        selector,
        template,
        strategy: { type: "Recreate" },
      });
      deepEqual(at(spec, "strategy"), { type: "Recreate" });
    },
    "a rolling update gets the bound that it lacks": async (api) => {
      const strategy = { rollingUpdate: { maxSurge: 2 } };
      const spec = await specOf(api, deployments, { replicas: 0, selector, template, strategy });
      deepEqual(at(spec, "strategy"), {
        type: "RollingUpdate",
        rollingUpdate: { maxSurge: 2, maxUnavailable: "25%" },
      });
    },
    "a DaemonSet is completed": async (api) => {
      const nodeSelector = { "example.com/nowhere": "true" };
      const nowhere = { ...template, spec: { ...template.spec, nodeSelector } };
      deepEqual(await specOf(api, daemonSets, { selector, template: nowhere }), {
        revisionHistoryLimit: 10,
        selector,
        template: { metadata: template.metadata, spec: { ...completePodSpec, nodeSelector } },
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      });
    },
    "a pod is completed": async (api) => {
      const pod = await api.eventually("the namespace takes pods", async () =>
        done(await api.create(pods, { metadata: { name: "a" }, spec: podSpec })),
      );
      matches(pod["spec"], {
        dnsPolicy: "ClusterFirst",
        restartPolicy: "Always",
        securityContext: {},
        terminationGracePeriodSeconds: 0,
        containers: [completeContainer],
      });
      matches(pod["status"], { phase: "Pending", qosClass: "BestEffort" });
    },
    "images without a tag, and the latest, are always pulled": async (api) => {
      const images = {
        "example.com/app": "Always",
        "example.com/app:latest": "Always",
        "example.com:5000/app": "Always",
        "example.com/app:1": "IfNotPresent",
        "example.com/app@sha256:6d5d8a1d9c0a7e9ec8b6b5a2d8a6e0e4f9a0f1b1d5f5a0c6b7d8e9f0a1b2c3d4": "IfNotPresent",
      };
      const containers = Object.keys(images).map((image, index) => ({ name: `c${index}`, image }));
      const spec = await specOf(api, deployments, {
        replicas: 0,
        selector,
        template: { ...template, spec: { containers } },
      });
      matches(
        at(spec, "template.spec.containers"),
        Object.entries(images).map(([image, imagePullPolicy]) => ({ image, imagePullPolicy })),
      );
    },
    "probes are completed": async (api) => {
      const containers = [
        { ...app, readinessProbe: { httpGet: { port: 8080 } }, livenessProbe: { tcpSocket: { port: "http" } } },
      ];
      const spec = await specOf(api, deployments, {
        replicas: 0,
        selector,
        template: { ...template, spec: { containers } },
      });
      const times = { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 };
      deepEqual(at(spec, "template.spec.containers.0.readinessProbe"), {
        httpGet: { path: "/", port: 8080, scheme: "HTTP" },
        ...times,
      });
      deepEqual(at(spec, "template.spec.containers.0.livenessProbe"), { tcpSocket: { port: "http" }, ...times });
    },
    "ports, environment and volumes are completed": async (api) => {
      const containers = [
        {
          ...app,
          ports: [{ containerPort: 8080 }],
          env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        },
      ];
      const volumes = [
        { name: "config", configMap: { name: "a" } },
        { name: "secret", secret: { secretName: "a" } },
        { name: "none" },
      ];
      const spec = at(
        await specOf(api, deployments, {
          replicas: 0,
          selector,
          template: { ...template, spec: { containers, volumes } },
        }),
        "template.spec",
      );
      deepEqual(at(spec, "containers.0.ports"), [{ containerPort: 8080, protocol: "TCP" }]);
      deepEqual(at(spec, "containers.0.env.0.valueFrom.fieldRef"), { apiVersion: "v1", fieldPath: "metadata.name" });
      deepEqual(at(spec, "volumes"), [
        { name: "config", configMap: { name: "a", defaultMode: 420 } },
        { name: "secret", secret: { secretName: "a", defaultMode: 420 } },
        { name: "none", emptyDir: {} },
      ]);
    },
    "limits stand in for requests that are missing, and quantities are brought to one form": async (api) => {
      const containers = [{ ...app, resources: { limits: { cpu: "0.5", memory: "1024Mi" } } }];
      const pod = await api.eventually("the namespace takes pods", async () =>
        done(await api.create(pods, { metadata: { name: "a" }, spec: { ...podSpec, containers } })),
      );
      deepEqual(at(pod, "spec.containers.0.resources"), {
        limits: { cpu: "500m", memory: "1Gi" },
        requests: { cpu: "500m", memory: "1Gi" },
      });
      equal(at(pod, "status.qosClass"), "Guaranteed");
    },
    "a Service is completed and has an address": async (api) => {
      const spec = await specOf(api, services, { selector: { app: "a" }, ports: [{ name: "http", port: 80 }] });
      matches(spec, {
        type: "ClusterIP",
        sessionAffinity: "None",
        internalTrafficPolicy: "Cluster",
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
        ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 80 }],
      });
      match(String(at(spec, "clusterIP")), /^\d+\.\d+\.\d+\.\d+$/);
      deepEqual(at(spec, "clusterIPs"), [at(spec, "clusterIP")]);
    },
    "each Service has an address of its own": async (api) => {
      const ports = [{ port: 80 }];
      const first = done(await api.create(services, { metadata: { name: "a" }, spec: { ports } }));
      const second = done(await api.create(services, { metadata: { name: "b" }, spec: { ports } }));
      equal(at(first, "spec.clusterIP") === at(second, "spec.clusterIP"), false);
    },
    "a headless Service has no address": async (api) => {
      const spec = await specOf(api, services, { clusterIP: "None", selector: { app: "a" }, ports: [{ port: 80 }] });
      matches(spec, { clusterIP: "None", clusterIPs: ["None"] });
    },
    "a Service keeps the port of a pod that has a name": async (api) => {
      const spec = await specOf(api, services, { ports: [{ port: 80, targetPort: "http", protocol: "TCP" }] });
      equal(at(spec, "ports.0.targetPort"), "http");
    },
    "an autoscaler is completed": async (api) => {
      const spec = {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "nobody" },
        maxReplicas: 3,
      };
      deepEqual(await specOf(api, horizontalPodAutoscalers, spec), {
        ...spec,
        minReplicas: 1,
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
        ],
      });
    },
    "the behaviour of an autoscaler is completed": async (api) => {
      const spec = await specOf(api, horizontalPodAutoscalers, {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "nobody" },
        maxReplicas: 3,
        behavior: { scaleDown: { stabilizationWindowSeconds: 5 } },
      });
      deepEqual(at(spec, "behavior"), {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: "Max",
          policies: [
            { type: "Pods", value: 4, periodSeconds: 15 },
            { type: "Percent", value: 100, periodSeconds: 15 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: 5,
          selectPolicy: "Max",
          policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
        },
      });
    },
    "a Secret's text becomes data": async (api) => {
      const object = { metadata: { name: "a" }, data: { kept: "a2VwdA==" }, stringData: { token: "secret" } };
      const created = done(await api.create(secrets, object));
      deepEqual([created["type"], created["data"]], ["Opaque", { kept: "a2VwdA==", token: "c2VjcmV0" }]);
      equal(created["stringData"], undefined);
    },
    "a lease has no defaults": async (api) => {
      deepEqual(await specOf(api, leases, {}), {});
    },
  },
};
