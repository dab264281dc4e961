import type {
  Container,
  EnvFromSource,
  EnvVar,
  PodSpec,
  Volume,
  VolumeProjection,
} from "kubernetes-types/core/v1.d.ts";
import type { ConfigRef } from "./workload.ts";

/** The new name of a ConfigMap or Secret at one place of a pod spec. */
export type Rename = (ref: ConfigRef) => string;

/**
 * The ConfigMaps and Secrets that pods read: from volumes and from the environment of containers and init containers.
 * One that is required anywhere is required. Pull secrets, CSI volumes and ephemeral containers do not count.
 */
export function configRefs(spec: PodSpec | undefined): readonly ConfigRef[] {
  const refs = new Map<string, ConfigRef>();
  const note: Rename = (ref) => {
    const key = `${ref.kind}/${ref.name}`;
    refs.set(key, { ...ref, optional: ref.optional && refs.get(key)?.optional !== false });
    return ref.name;
  };
  if (spec !== undefined) renameConfigs(spec, note);
  return [...refs.values()];
}

/** The names of all those ConfigMaps and Secrets, one per place, in the order in which `renameConfigs` meets them. */
export function configNames(spec: PodSpec | undefined): readonly string[] {
  const names: string[] = [];
  const note: Rename = ({ name }) => {
    names.push(name);
    return name;
  };
  if (spec !== undefined) renameConfigs(spec, note);
  return names;
}

/** The same pods, reading from ConfigMaps and Secrets of other names. */
export function renameConfigs(spec: PodSpec, rename: Rename): PodSpec {
  const { volumes, initContainers } = spec;
  return {
    ...spec,
    ...(volumes !== undefined && { volumes: volumes.map((volume) => inVolume(volume, rename)) }),
    ...(initContainers !== undefined && { initContainers: initContainers.map((each) => inContainer(each, rename)) }),
    containers: spec.containers.map((container) => inContainer(container, rename)),
  };
}

function inVolume(volume: Volume, rename: Rename): Volume {
  const { configMap, secret, projected } = volume;
  const secretName = secret?.secretName ?? "";
  return {
    ...volume,
    ...(configMap !== undefined && { configMap: named("ConfigMap", configMap, rename) }),
    ...(secret !== undefined &&
      secretName !== "" && {
        secret: {
          ...secret,
          secretName: rename({ kind: "Secret", name: secretName, optional: secret.optional === true }),
        },
      }),
    ...(projected?.sources !== undefined && {
      projected: { ...projected, sources: projected.sources.map((source) => inProjection(source, rename)) },
    }),
  };
}

function inProjection(source: VolumeProjection, rename: Rename): VolumeProjection {
  const { configMap, secret } = source;
  return {
    ...source,
    ...(configMap !== undefined && { configMap: named("ConfigMap", configMap, rename) }),
    ...(secret !== undefined && { secret: named("Secret", secret, rename) }),
  };
}

function inContainer(container: Container, rename: Rename): Container {
  const { env, envFrom } = container;
  return {
    ...container,
    ...(env !== undefined && { env: env.map((variable) => inVariable(variable, rename)) }),
    ...(envFrom !== undefined && { envFrom: envFrom.map((source) => inEnvironment(source, rename)) }),
  };
}

function inVariable(variable: EnvVar, rename: Rename): EnvVar {
  const { valueFrom } = variable;
  if (valueFrom === undefined) return variable;
  const { configMapKeyRef, secretKeyRef } = valueFrom;
  return {
    ...variable,
    valueFrom: {
      ...valueFrom,
      ...(configMapKeyRef !== undefined && { configMapKeyRef: named("ConfigMap", configMapKeyRef, rename) }),
      ...(secretKeyRef !== undefined && { secretKeyRef: named("Secret", secretKeyRef, rename) }),
    },
  };
}

function inEnvironment(source: EnvFromSource, rename: Rename): EnvFromSource {
  const { configMapRef, secretRef } = source;
  return {
    ...source,
    ...(configMapRef !== undefined && { configMapRef: named("ConfigMap", configMapRef, rename) }),
    ...(secretRef !== undefined && { secretRef: named("Secret", secretRef, rename) }),
  };
}

function named<T extends { readonly name?: string; readonly optional?: boolean }>(
  kind: ConfigRef["kind"],
  source: T,
  rename: Rename,
): T {
  const { name = "", optional = false } = source;
  return name === "" ? source : { ...source, name: rename({ kind, name, optional }) };
}
