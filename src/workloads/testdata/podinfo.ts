import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { PodSpec } from "kubernetes-types/core/v1.d.ts";
import type { Canary } from "../../api/canary.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import type { CopyOptions } from "../workload.ts";

/** A Canary of a Deployment without an autoscaler. */
export const fixedSize: Canary = {
  apiVersion: "flagger.app/v1beta1",
  kind: "Canary",
  metadata: { name: "podinfo", namespace: "test", uid: "uid-1" },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
    service: { port: 9898, portDiscovery: true },
    analysis: { interval: "30s", threshold: 3, maxWeight: 60, stepWeight: 20 },
  },
};

/** The same with an autoscaler. */
export const canary: Canary = {
  ...fixedSize,
  spec: {
    ...fixedSize.spec,
    autoscalerRef: { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "podinfo-hpa" },
  },
};

export const ownerReferences = [
  {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    name: "podinfo",
    uid: "uid-1",
    controller: true,
    blockOwnerDeletion: true,
  },
];

export const options: CopyOptions = {
  selectorLabels: ["app", "name", "app.kubernetes.io/name"],
  includeLabelPrefixes: ["app.kubernetes.io"],
  trackedConfigs: [
    { kind: "ConfigMap", name: "cm-vol", optional: false },
    { kind: "ConfigMap", name: "cm-proj", optional: false },
    { kind: "ConfigMap", name: "cm-env", optional: false },
    { kind: "ConfigMap", name: "cm-init", optional: false },
    { kind: "Secret", name: "sec-vol", optional: false },
    { kind: "Secret", name: "sec-proj", optional: false },
    { kind: "Secret", name: "sec-env", optional: false },
    { kind: "Secret", name: "sec-all", optional: false },
  ],
  rolloutId: "v1:1.run-1",
};

/** The pods of the target (`suffix` is empty) or of its primary (`-primary`). */
export function podSpec(suffix: string, image = "podinfo:6.0.0"): PodSpec {
  return {
    volumes: [
      { name: "v1", configMap: { name: `cm-vol${suffix}` } },
      { name: "v2", secret: { secretName: `sec-vol${suffix}` } },
      {
        name: "v3",
        projected: { sources: [{ configMap: { name: `cm-proj${suffix}` } }, { secret: { name: `sec-proj${suffix}` } }] },
      },
      { name: "v4", configMap: { name: "cm-off" } },
    ],
    initContainers: [
      { name: "init", image: "busybox", envFrom: [{ configMapRef: { name: `cm-init${suffix}` } }], resources: {} },
    ],
    containers: [
      {
        name: "podinfod",
        image,
        ports: [{ name: "http", containerPort: 9898 }, { name: "grpc", containerPort: 9999 }, { containerPort: 9797 }],
        envFrom: [{ secretRef: { name: `sec-all${suffix}` } }, { configMapRef: { name: "cm-opt", optional: true } }],
        env: [
          { name: "A", valueFrom: { configMapKeyRef: { name: `cm-env${suffix}`, key: "a" } } },
          { name: "B", valueFrom: { secretKeyRef: { name: `sec-env${suffix}`, key: "b" } } },
        ],
        resources: {},
        volumeMounts: [{ name: "v1", mountPath: "/v1" }],
      },
      { name: "istio-proxy", image: "proxy", ports: [{ name: "envoy", containerPort: 15090 }], resources: {} },
    ],
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: "podinfo" } }, topologyKey: "host" },
        ],
      },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: {
              matchLabels: { app: `podinfo${suffix}` },
              matchExpressions: [{ key: "app", operator: "In", values: [`podinfo${suffix}`, "podinfo"] }],
            },
            topologyKey: "host",
          },
        ],
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 1,
            podAffinityTerm: {
              labelSelector: {
                matchExpressions: [
                  { key: "app", operator: "In", values: [`podinfo${suffix}`, "other"] },
                  { key: "tier", operator: "In", values: ["podinfo"] },
                ],
              },
              topologyKey: "host",
            },
          },
        ],
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { app: `podinfo${suffix}` } },
      },
    ],
  };
}

/** A target that has everything that copying has rules for. */
export const target: Stored<Deployment> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "podinfo",
    namespace: "test",
    labels: {
      app: "podinfo",
      "app.kubernetes.io/part-of": "shop",
      "kustomize.toolkit.fluxcd.io/name": "apps",
    },
    annotations: {
      "app.kubernetes.io/note": "keep",
      other: "o",
      "kustomize.toolkit.fluxcd.io/checksum": "x",
      "deployment.kubernetes.io/revision": "4",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
    },
  },
  spec: {
    replicas: 3,
    minReadySeconds: 3,
    revisionHistoryLimit: 5,
    progressDeadlineSeconds: 60,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } },
    selector: { matchLabels: { app: "podinfo", track: "stable" } },
    template: {
      metadata: {
        labels: { app: "podinfo", track: "stable", ver: "1" },
        annotations: { "prometheus.io/scrape": "true", "helm.toolkit.fluxcd.io/x": "y" },
      },
      spec: podSpec(""),
    },
  },
};

/** The primary of `target` just after it was made. */
export const primary: Stored<Deployment> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "podinfo-primary",
    namespace: "test",
    labels: { app: "podinfo-primary", "app.kubernetes.io/part-of": "shop" },
    annotations: { "app.kubernetes.io/note": "keep", other: "o" },
    ownerReferences,
  },
  spec: {
    replicas: 3,
    minReadySeconds: 3,
    revisionHistoryLimit: 5,
    progressDeadlineSeconds: 60,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } },
    selector: { matchLabels: { app: "podinfo-primary" } },
    template: {
      metadata: {
        labels: { app: "podinfo-primary", track: "stable", ver: "1" },
        annotations: { "prometheus.io/scrape": "true", "flagger-id": "v1:1.run-1" },
      },
      spec: podSpec("-primary"),
    },
  },
};

/** The target with other pods. */
export function withPods(spec: PodSpec): Stored<Deployment> {
  return edited({ template: { ...target.spec?.template, spec } });
}

/** The target with other values in its spec. */
export function edited(spec: Partial<NonNullable<Deployment["spec"]>>): Stored<Deployment> {
  return { ...target, spec: { selector: {}, template: {}, ...target.spec, ...spec } };
}
