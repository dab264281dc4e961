import { alertProviders } from "../../api/alertprovider.ts";
import type { AlertProvider } from "../../api/alertprovider.ts";
import type { Canary } from "../../api/canary.ts";
import { given } from "../../api/given.ts";
import { apexName } from "../../api/names.ts";
import { metricTemplates } from "../../api/metrictemplate.ts";
import type { MetricTemplate } from "../../api/metrictemplate.ts";
import { formatDuration } from "../../goformat.ts";
import { isRecord } from "../../kubernetes/canonical.ts";
import type { Manifest, ObjectKey } from "../../kubernetes/objects.ts";
import {
  apiVersionOf,
  configMaps,
  deployments,
  horizontalPodAutoscalers,
  ingresses,
  secrets,
} from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import type { Given } from "./manifests.ts";

/** A Canary, and everything that its release needs. */
export interface Scene {
  readonly canary: Canary;
  /** How messages name the Canary. */
  readonly source: string;
  readonly objects: readonly Given[];
  /** What was missing and is there all the same, such as `Deployment podinfo with 2 pods that take 3s`. */
  readonly madeUp: readonly string[];
}

const served: readonly Resource[] = [
  deployments,
  horizontalPodAutoscalers,
  ingresses,
  configMaps,
  secrets,
  metricTemplates,
  alertProviders,
];

/** Where an object of a scene is served. */
export function resourceOf({ apiVersion, kind }: Manifest): Resource {
  const resource = served.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
  if (resource === undefined) throw new Error(`${apiVersion} ${kind} is not part of a scene`);
  return resource;
}

/** The Canaries among the objects, each with what it refers to: as it is given, or made up. Pods take `podStartupMs`. */
export function scenesOf(files: readonly Given[], podStartupMs: number): readonly Scene[] {
  return files
    .filter(({ object }) => isOurs(object, "Canary"))
    .map(({ object, source }) => sceneOf(object as unknown as Canary, source, files, podStartupMs));
}

function sceneOf(canary: Canary, source: string, files: readonly Given[], podStartupMs: number): Scene {
  const { targetRef, autoscalerRef, ingressRef, provider, analysis } = canary.spec;
  const namespace = canary.metadata.namespace ?? "";
  const objects: Given[] = [];
  const madeUp = provider === undefined ? ["provider kubernetes, as the Canary names none"] : [];

  /** The object as it is given; or another one, of which `but` says what it is like. */
  function need(resource: Resource, key: ObjectKey, but: Fields, like = ""): Manifest {
    const is = ({ object: { apiVersion, kind, metadata } }: Given): boolean =>
      kind === resource.kind &&
      apiVersion === apiVersionOf(resource) &&
      metadata.name === key.name &&
      metadata.namespace === key.namespace;
    const known = objects.find(is) ?? files.find(is);
    const named = `${resource.kind} ${key.name}${like}`;
    const object = known?.object ?? { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: key, ...but };
    if (known === undefined) madeUp.push(named);
    if (!objects.some(is)) objects.push(known ?? { object, source: `made up: ${named}` });
    return object;
  }

  if (targetRef.kind === "Deployment") {
    const at = { namespace, name: targetRef.name };
    const target = need(
      deployments,
      at,
      deploymentLike(canary),
      ` with 2 pods that take ${formatDuration(podStartupMs)}`,
    );
    for (const [resource, name] of configsOf(isRecord(target.spec) ? target.spec["template"] : undefined)) {
      need(resource, { namespace, name }, {}, " without data");
    }
  }
  if (autoscalerRef?.kind === "HorizontalPodAutoscaler") {
    const at = { namespace, name: autoscalerRef.name };
    need(horizontalPodAutoscalers, at, { spec: scalerLike(canary) }, " for 2 to 4 pods");
  }
  if (ingressRef !== undefined) {
    need(ingresses, { namespace, name: ingressRef.name }, { spec: ingressLike(canary) });
  }
  for (const { name, templateRef } of analysis.metrics ?? []) {
    if (templateRef === undefined) continue;
    const at = { namespace: given(templateRef.namespace) ?? namespace, name: templateRef.name };
    const spec = { provider: { type: "prometheus", address: "http://prometheus" }, query: name };
    const template = need(metricTemplates, at, { spec }) as unknown as MetricTemplate;
    const secret = template.spec.provider.secretRef?.name;
    if (secret !== undefined) need(secrets, { ...at, name: secret }, { stringData: { token: "secret" } });
  }
  for (const { providerRef } of analysis.alerts ?? []) {
    const at = { namespace: given(providerRef.namespace) ?? namespace, name: providerRef.name };
    const spec = { type: "slack", address: "http://slack" };
    const receiver = need(alertProviders, at, { spec }) as unknown as AlertProvider;
    const secret = receiver.spec.secretRef?.name;
    if (secret !== undefined) need(secrets, { ...at, name: secret }, { stringData: { address: "http://slack" } });
  }
  return { canary, source, objects, madeUp };
}

type Fields = Readonly<Record<string, unknown>>;

function deploymentLike({ spec }: Canary): Fields {
  const { name } = spec.targetRef;
  const { port, targetPort = port } = spec.service ?? {};
  const ports =
    typeof targetPort === "number" ? [{ containerPort: targetPort }] : [{ name: targetPort, containerPort: port }];
  const containers = [{ name, image: `${name}:1`, ...(port !== undefined && { ports }) }];
  const labels = { app: name };
  return {
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

function scalerLike({ spec: { targetRef } }: Canary): object {
  return { minReplicas: 2, maxReplicas: 4, scaleTargetRef: targetRef };
}

function ingressLike(canary: Canary): object {
  const service = { name: apexName(canary), port: { number: canary.spec.service?.port ?? 80 } };
  return { rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend: { service } }] } }] };
}

/** Names of the ConfigMaps and Secrets that pods cannot do without, wherever the template names them. */
function configsOf(template: unknown): readonly (readonly [resource: Resource, name: string])[] {
  if (Array.isArray(template)) return template.flatMap(configsOf);
  if (!isRecord(template)) return [];
  return Object.entries(template).flatMap(([field, value]) => {
    const resource = configFields.get(field);
    if (resource === undefined || !isRecord(value)) return configsOf(value);
    const { name, secretName = name, optional } = value;
    return typeof secretName === "string" && optional !== true ? [[resource, secretName] as const] : [];
  });
}

const configFields = new Map<string, Resource>([
  ["configMap", configMaps],
  ["configMapRef", configMaps],
  ["configMapKeyRef", configMaps],
  ["secret", secrets],
  ["secretRef", secrets],
  ["secretKeyRef", secrets],
]);

function isOurs({ apiVersion, kind }: Manifest, wanted: string): boolean {
  return kind === wanted && apiVersion.startsWith("flagger.app/");
}
