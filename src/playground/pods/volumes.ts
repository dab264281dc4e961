import { existsSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type {
  ConfigMapProjection,
  Container,
  DownwardAPIVolumeFile,
  Pod,
  Volume,
  VolumeProjection,
} from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import { readConfig } from "./configs.ts";
import type { ConfigKind, Configs } from "./configs.ts";
import { MissingConfig } from "./errors.ts";
import { fieldOf, resourceOf } from "./field.ts";

/** A file of a volume: its path in it, what it holds and its permissions. */
interface VolumeFile {
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

/** What the kubelet gives to files of volumes. */
const defaultMode = 0o644;

/**
 * Makes a folder of a volume: with files in it for a ConfigMap, a Secret, the downward API and what is projected of
 * them, empty for a volume of any other kind. Files do not follow later changes of what they come from.
 * @throws MissingConfig as the kubelet words it
 */
export async function makeVolume(volume: Volume, folder: string, pod: Stored<Pod>, configs: Configs): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { path, content, mode } of await filesOf(volume, pod, configs)) {
    const file = within(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode });
  }
}

/**
 * Puts a container's mounts under its own folder, as links to the folders of volumes.
 * @returns where each mount path really is
 */
export async function mountVolumes(
  { volumeMounts = [] }: Container,
  root: string,
  folderOf: (volume: string) => string,
): Promise<ReadonlyMap<string, string>> {
  const mounted = new Map<string, string>();
  for (const { name, mountPath, subPath = "" } of volumeMounts) {
    const path = mountPath.replace(/(?<=.)\/$/, "");
    const target = within(folderOf(name), subPath);
    const link = within(root, path);
    if (!existsSync(target)) await mkdir(target, { recursive: true });
    await mkdir(dirname(link), { recursive: true });
    await rm(link, { recursive: true, force: true });
    await symlink(target, link);
    mounted.set(path, link);
  }
  return mounted;
}

/** Of an object's path, the place in a folder; one that leads out of it is refused. */
function within(folder: string, path: string): string {
  const place = join(folder, path);
  if (relative(folder, place).startsWith("..")) throw new MissingConfig(`${path} leads out of its volume`);
  return place;
}

async function filesOf(volume: Volume, pod: Stored<Pod>, configs: Configs): Promise<readonly VolumeFile[]> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) return configFiles(configs, "ConfigMap", pod, configMap, configMap.defaultMode);
  if (secret !== undefined) {
    const ref = { ...secret, ...(secret.secretName !== undefined && { name: secret.secretName }) };
    return configFiles(configs, "Secret", pod, ref, secret.defaultMode);
  }
  if (downwardAPI !== undefined) return downwardFiles(pod, downwardAPI.items, downwardAPI.defaultMode);
  const sources = (projected?.sources ?? []).map((source) =>
    projectedFiles(source, pod, configs, projected?.defaultMode),
  );
  return (await Promise.all(sources)).flat();
}

/** A service account's token is left out: there is none in the playground. */
async function projectedFiles(
  { configMap, secret, downwardAPI }: VolumeProjection,
  pod: Stored<Pod>,
  configs: Configs,
  mode: number | undefined,
): Promise<readonly VolumeFile[]> {
  if (configMap !== undefined) return configFiles(configs, "ConfigMap", pod, configMap, mode);
  if (secret !== undefined) return configFiles(configs, "Secret", pod, secret, mode);
  return downwardFiles(pod, downwardAPI?.items, mode);
}

/** All keys as files, or those that `items` name. */
async function configFiles(
  configs: Configs,
  kind: ConfigKind,
  pod: Stored<Pod>,
  ref: ConfigMapProjection,
  mode = defaultMode,
): Promise<readonly VolumeFile[]> {
  const data = await readConfig(configs, kind, pod.metadata.namespace ?? "", ref);
  if (data === undefined) return [];
  if (ref.items === undefined) return [...data].map(([path, content]) => ({ path, content, mode }));
  return ref.items.flatMap((item) => {
    const content = data.get(item.key);
    if (content !== undefined) return [{ path: item.path, content, mode: item.mode ?? mode }];
    if (ref.optional === true) return [];
    throw new MissingConfig(`references non-existent ${kind === "Secret" ? "secret" : "config"} key: ${item.key}`);
  });
}

function downwardFiles(
  pod: Stored<Pod>,
  items: readonly DownwardAPIVolumeFile[] = [],
  mode = defaultMode,
): readonly VolumeFile[] {
  return items.map((item) => ({
    path: item.path,
    content: Buffer.from(downwardText(pod, item)),
    mode: item.mode ?? mode,
  }));
}

function downwardText(pod: Stored<Pod>, { fieldRef, resourceFieldRef }: DownwardAPIVolumeFile): string {
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef);
  const container = pod.spec?.containers.find(({ name }) => name === resourceFieldRef?.containerName);
  if (resourceFieldRef === undefined || container === undefined) {
    throw new MissingConfig("a file of the downward API names no field of a container");
  }
  return resourceOf(container, resourceFieldRef);
}
