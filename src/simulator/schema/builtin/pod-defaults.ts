import type { Container, Pod, PodSpec, PodTemplateSpec, Volume } from "kubernetes-types/core/v1.d.ts";
import { withDefaults } from "../defaults.ts";
import { nanoOf } from "../quantity.ts";
import type { Schema } from "../schema.ts";

/*
 * What the API server fills in for pods and templates of pods. Source: kubernetes, pkg/apis/core/v1/defaults.go.
 */

/** A schema that gives values to fields, and says where more such schemas apply. */
function giving(values: Readonly<Record<string, unknown>>, below: Readonly<Record<string, Schema>> = {}): Schema {
  const given = Object.entries(values).map(([name, value]) => [name, { default: value }] as const);
  return { properties: { ...Object.fromEntries(given), ...below } };
}

const httpGet = giving({ path: "/", scheme: "HTTP" });
const probe = giving(
  { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  { httpGet, grpc: giving({ service: "" }) },
);
const handler = giving({}, { httpGet });
const fieldRef = giving({ apiVersion: "v1" });
const resourceFieldRef = giving({ divisor: "0" });

const container = giving(
  { terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" },
  {
    ports: { items: giving({ protocol: "TCP" }) },
    env: { items: giving({}, { valueFrom: giving({}, { fieldRef, resourceFieldRef }) }) },
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
    lifecycle: giving({}, { postStart: handler, preStop: handler }),
  },
);

const downward = { items: { items: giving({}, { fieldRef, resourceFieldRef }) } };
const files = giving({ defaultMode: 0o644 });
const volume = giving(
  {},
  {
    configMap: files,
    secret: files,
    downwardAPI: giving({ defaultMode: 0o644 }, downward),
    projected: giving(
      { defaultMode: 0o644 },
      {
        sources: {
          items: giving(
            {},
            { downwardAPI: giving({}, downward), serviceAccountToken: giving({ expirationSeconds: 3600 }) },
          ),
        },
      },
    ),
    hostPath: giving({ type: "" }),
    ephemeral: giving({}, { volumeClaimTemplate: giving({}, { spec: giving({ volumeMode: "Filesystem" }) }) }),
  },
);

const podSpec = giving(
  {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
  },
  { containers: { items: container }, initContainers: { items: container }, volumes: { items: volume } },
);

/** A template of pods with its defaults. */
export function completeTemplate(template: PodTemplateSpec): PodTemplateSpec {
  const { spec } = template;
  return spec === undefined ? template : { ...template, spec: completeSpec(spec) };
}

/** A pod with its defaults: those of a template, and some that only pods get. */
export function completePod<T extends Pod>(pod: T): T {
  if (pod.spec === undefined) return pod;
  const spec = completeSpec(pod.spec);
  const { hostNetwork = false, serviceAccountName = "default" } = spec;
  const containers = listed(spec.containers).map((each) => completeContainer(each, hostNetwork));
  const complete: PodSpec = {
    enableServiceLinks: true,
    ...spec,
    serviceAccountName,
    serviceAccount: serviceAccountName,
    containers,
    ...(spec.initContainers !== undefined && {
      initContainers: spec.initContainers.map((each) => completeContainer(each, hostNetwork)),
    }),
  };
  return { ...pod, spec: complete, status: { phase: "Pending", qosClass: qosClass(containers), ...pod.status } };
}

function completeSpec(spec: PodSpec): PodSpec {
  const { serviceAccountName = spec.serviceAccount, ...filled } = withDefaults(podSpec, spec);
  return {
    ...filled,
    ...(serviceAccountName !== undefined && { serviceAccountName, serviceAccount: serviceAccountName }),
    containers: listed(filled.containers).map(withPullPolicy),
    ...(filled.initContainers !== undefined && { initContainers: filled.initContainers.map(withPullPolicy) }),
    ...(filled.volumes !== undefined && { volumes: filled.volumes.map(withSource) }),
  };
}

/** A list that is required may be missing until the object is validated. */
function listed<T>(list: T[] | undefined): T[] {
  return list ?? [];
}

function withPullPolicy(given: Container): Container {
  const { imagePullPolicy = pullPolicy(given.image ?? ""), ...rest } = given;
  return { ...rest, imagePullPolicy };
}

/** `Always` for the tag latest, which is also that of an image without tag and digest. */
function pullPolicy(image: string): string {
  const [name = "", digest] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1] ?? (digest === undefined ? "latest" : "");
  return tag === "latest" ? "Always" : "IfNotPresent";
}

/** A volume without a source is an empty directory. */
function withSource(given: Volume): Volume {
  return Object.keys(given).every((key) => key === "name") ? { ...given, emptyDir: {} } : given;
}

/** Limits are requests where none are given, and ports of the host those of the container. */
function completeContainer(given: Container, hostNetwork: boolean): Container {
  const { limits, requests } = given.resources ?? {};
  return {
    ...given,
    ...(limits !== undefined && { resources: { ...given.resources, requests: { ...limits, ...requests } } }),
    ...(hostNetwork &&
      given.ports !== undefined && {
        ports: given.ports.map((port) => ({ hostPort: port.containerPort, ...port })),
      }),
  };
}

function qosClass(containers: readonly Container[]): string {
  const resources = containers.map(({ resources = {} }) => resources);
  const isGuaranteed = resources.every(({ limits = {}, requests = {} }) =>
    ["cpu", "memory"].every((name) => limits[name] !== undefined && nanoOf(limits[name]) === nanoOf(requests[name])),
  );
  if (isGuaranteed) return "Guaranteed";
  const asksNothing = resources.every(({ limits = {}, requests = {} }) =>
    ["cpu", "memory"].every((name) => limits[name] === undefined && requests[name] === undefined),
  );
  return asksNothing ? "BestEffort" : "Burstable";
}
