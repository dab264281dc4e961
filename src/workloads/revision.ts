import { createHash } from "node:crypto";
import { revisionPrefix } from "../api/revision.ts";
import type { Container, PodSpec, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import { canonicalJson, isRecord } from "../kubernetes/canonical.ts";

/**
 * A hash of a pod template: `v1:` and the first 16 hexadecimal digits of the SHA-256 of its canonical JSON. Flagger's
 * hashes have no colon. The version goes up when the rules below change.
 *
 * So that neither the order of fields nor an upgrade of Kubernetes, whose API server fills in more defaults, looks
 * like a new revision, these are left out: fields that are null or an empty list, and fields with the value that the
 * API server would give them (kubernetes/pkg/apis/core/v1/defaults.go). Any other empty object counts, because some
 * mean something, such as `emptyDir: {}`.
 */
export function revisionOf(template: PodTemplateSpec): string {
  const json = canonicalJson(withoutDefaults(withoutComputedDefaults(template), ""));
  return `${revisionPrefix}${createHash("sha256").update(json).digest("hex").slice(0, 16)}`;
}

/** The same entries, each path below another. */
function below(path: string, entries: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [`${path}.${key}`, value]));
}

const httpGet = { "httpGet.path": "/", "httpGet.scheme": "HTTP" };

const probe = {
  ...httpGet,
  "grpc.service": "",
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

const container = {
  resources: {},
  securityContext: {},
  "securityContext.procMount": "Default",
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  "ports[].protocol": "TCP",
  "env[].valueFrom.fieldRef.apiVersion": "v1",
  "env[].valueFrom.resourceFieldRef.divisor": "0",
  ...below("livenessProbe", probe),
  ...below("readinessProbe", probe),
  ...below("startupProbe", probe),
  ...below("lifecycle.postStart", httpGet),
  ...below("lifecycle.preStop", httpGet),
};

const files = {
  defaultMode: 0o644,
  "items[].fieldRef.apiVersion": "v1",
  "items[].resourceFieldRef.divisor": "0",
};

const volume = {
  ...below("configMap", files),
  ...below("secret", files),
  ...below("downwardAPI", files),
  ...below("projected", files),
  ...below("projected.sources[].downwardAPI", files),
  "projected.sources[].serviceAccountToken.expirationSeconds": 3600,
  "hostPath.type": "",
  "ephemeral.volumeClaimTemplate.spec.volumeMode": "Filesystem",
};

const defaults: Readonly<Record<string, unknown>> = {
  metadata: {},
  "metadata.labels": {},
  "metadata.annotations": {},
  ...below("spec", {
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    enableServiceLinks: true,
    securityContext: {},
    ...below("containers[]", container),
    ...below("initContainers[]", container),
    ...below("volumes[]", volume),
  }),
};

function withoutDefaults(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDefaults(item, `${path}[]`));
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).map(([key, field]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return [key, withoutDefaults(field, at), at] as const;
  });
  return Object.fromEntries(fields.filter(([, field, at]) => !isEmptyList(field) && !isDefault(field, at)));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isDefault(value: unknown, path: string): boolean {
  return Object.hasOwn(defaults, path) && canonicalJson(value) === canonicalJson(defaults[path]);
}

/** Drops those defaults that depend on another field. */
function withoutComputedDefaults(template: PodTemplateSpec): PodTemplateSpec {
  const { spec } = template;
  if (spec === undefined) return template;
  const { serviceAccount, initContainers, ...rest } = spec;
  const trim = (each: Container) => trimContainer(each, spec);
  return {
    ...template,
    spec: {
      ...rest,
      ...(serviceAccount !== undefined && serviceAccount !== spec.serviceAccountName && { serviceAccount }),
      ...(initContainers !== undefined && { initContainers: initContainers.map(trim) }),
      containers: spec.containers.map(trim),
    },
  };
}

function trimContainer({ imagePullPolicy, ports, ...container }: Container, { hostNetwork }: PodSpec): Container {
  return {
    ...container,
    ...(imagePullPolicy !== undefined &&
      imagePullPolicy !== defaultPullPolicy(container.image ?? "") && { imagePullPolicy }),
    ...(ports !== undefined && {
      ports: ports.map(({ hostPort, ...port }) => ({
        ...port,
        ...(hostPort !== undefined && !(hostNetwork === true && hostPort === port.containerPort) && { hostPort }),
      })),
    }),
  };
}

/** `Always` for the tag latest, which is also that of an image without tag and digest. */
function defaultPullPolicy(image: string): string {
  const [name = "", digest] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1] ?? (digest === undefined ? "latest" : "");
  return tag === "latest" ? "Always" : "IfNotPresent";
}
