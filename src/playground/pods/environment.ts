import type { Container, EnvVar, EnvVarSource, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import { readConfig } from "./configs.ts";
import type { ConfigKind, Configs } from "./configs.ts";
import { MissingConfig } from "./errors.ts";
import { fieldOf, resourceOf } from "./field.ts";
import { expand } from "./variables.ts";

/**
 * The variables that a container's spec gives it, on top of `base`, those that it has anyway: first what `envFrom` takes
 * over, then `env`, whose values may refer to all that stand before them.
 * @throws MissingConfig as the kubelet words it
 */
export async function environmentOf(
  pod: Stored<Pod>,
  container: Container,
  configs: Configs,
  base: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map(base);
  const namespace = pod.metadata.namespace ?? "";
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    for (const [kind, ref] of [["ConfigMap", configMapRef] as const, ["Secret", secretRef] as const]) {
      const data = ref === undefined ? undefined : await readConfig(configs, kind, namespace, ref);
      for (const [key, value] of data ?? []) variables.set(prefix + key, value.toString());
    }
  }
  for (const variable of container.env ?? []) {
    const value = await valueOf(variable, { pod, container, configs }, variables);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return variables;
}

interface Sources {
  readonly pod: Stored<Pod>;
  readonly container: Container;
  readonly configs: Configs;
}

async function valueOf(
  { value, valueFrom }: EnvVar,
  sources: Sources,
  variables: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  return valueFrom === undefined ? expand(value ?? "", variables) : readSource(valueFrom, sources);
}

async function readSource(source: EnvVarSource, { pod, container, configs }: Sources): Promise<string | undefined> {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = source;
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef);
  if (resourceFieldRef !== undefined) return resourceOf(container, resourceFieldRef);
  const namespace = pod.metadata.namespace ?? "";
  if (configMapKeyRef !== undefined) return readKey(configs, "ConfigMap", namespace, configMapKeyRef);
  if (secretKeyRef !== undefined) return readKey(configs, "Secret", namespace, secretKeyRef);
  throw new MissingConfig("valueFrom names no source that is known");
}

async function readKey(
  configs: Configs,
  kind: ConfigKind,
  namespace: string,
  ref: { readonly key: string; readonly name?: string; readonly optional?: boolean },
): Promise<string | undefined> {
  const value = (await readConfig(configs, kind, namespace, ref))?.get(ref.key);
  if (value === undefined && ref.optional !== true) {
    throw new MissingConfig(`couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name ?? ""}`);
  }
  return value?.toString();
}
