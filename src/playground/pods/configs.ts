import type { ConfigMap, Secret } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import { MissingConfig } from "./errors.ts";

/** Where the ConfigMaps and Secrets of pods come from. Undefined for one that does not exist. */
export interface Configs {
  configMap(namespace: string, name: string): Promise<Stored<ConfigMap> | undefined>;
  secret(namespace: string, name: string): Promise<Stored<Secret> | undefined>;
}

/** The values of a ConfigMap or Secret by their keys. */
export type ConfigData = ReadonlyMap<string, Buffer>;

export type ConfigKind = "ConfigMap" | "Secret";

/**
 * @returns nothing when it is missing and optional
 * @throws MissingConfig when it is missing
 */
export async function readConfig(
  configs: Configs,
  kind: ConfigKind,
  namespace: string,
  { name = "", optional = false }: { readonly name?: string; readonly optional?: boolean },
): Promise<ConfigData | undefined> {
  const data =
    kind === "ConfigMap"
      ? dataOfConfigMap(await configs.configMap(namespace, name))
      : dataOfSecret(await configs.secret(namespace, name));
  if (data === undefined && !optional) throw new MissingConfig(`${kind.toLowerCase()} "${name}" not found`);
  return data;
}

function dataOfConfigMap(object: Stored<ConfigMap> | undefined): ConfigData | undefined {
  if (object === undefined) return undefined;
  const { data = {}, binaryData = {} } = object;
  return new Map([
    ...Object.entries(data).map(([key, text]) => [key, Buffer.from(text)] as const),
    ...decoded(binaryData),
  ]);
}

function dataOfSecret(object: Stored<Secret> | undefined): ConfigData | undefined {
  return object === undefined ? undefined : new Map(decoded(object.data ?? {}));
}

function decoded(data: Readonly<Record<string, string>>): (readonly [string, Buffer])[] {
  return Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64")] as const);
}
