import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pod, Volume } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import type { Stored } from "../../kubernetes/resources.ts";
import type { Configs } from "./configs.ts";
import { makeVolume, mountVolumes } from "./volumes.ts";

const pod: Stored<Pod> = {
  metadata: { namespace: "test", name: "podinfo-1", labels: { app: "podinfo" } },
  spec: { containers: [{ name: "app", resources: { limits: { memory: "32Mi" } } }] },
};

const configs: Configs = {
  configMap: async (_, name) => (name === "settings" ? { metadata: { name }, data: { a: "1", b: "2" } } : undefined),
  secret: async (_, name) =>
    name === "keys" ? { metadata: { name }, data: { token: Buffer.from("s3cret").toString("base64") } } : undefined,
};

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "headgate-volumes-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** All files of a folder with what they hold and their permissions. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const read = files.map(async (file): Promise<[string, string]> => {
    const mode = ((await stat(file)).mode & 0o777).toString(8);
    return [file.slice(folder.length + 1), `${mode} ${await readFile(file, "utf8")}`];
  });
  return Object.fromEntries(await Promise.all(read));
}

test.each<[string, Omit<Volume, "name">, Record<string, string>]>([
  ["emptyDir", { emptyDir: {} }, {}],
  ["configMap", { configMap: { name: "settings" } }, { a: "644 1", b: "644 2" }],
  [
    "some keys of a configMap",
    {
      configMap: {
        name: "settings",
        defaultMode: 0o600,
        items: [
          { key: "a", path: "in/a.txt" },
          { key: "b", path: "b", mode: 0o400 },
        ],
      },
    },
    { "in/a.txt": "600 1", b: "400 2" },
  ],
  ["secret", { secret: { secretName: "keys" } }, { token: "644 s3cret" }],
  ["optional ones that are missing", { secret: { secretName: "none", optional: true } }, {}],
  [
    "an optional key that is missing",
    { configMap: { name: "settings", optional: true, items: [{ key: "c", path: "c" }] } },
    {},
  ],
  [
    "downwardAPI",
    {
      downwardAPI: {
        items: [
          { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
          { path: "memory", resourceFieldRef: { containerName: "app", resource: "limits.memory" } },
        ],
      },
    },
    { labels: '644 app="podinfo"', memory: "644 33554432" },
  ],
  [
    "projected",
    {
      projected: {
        defaultMode: 0o640,
        sources: [
          { configMap: { name: "settings", items: [{ key: "a", path: "a" }] } },
          { secret: { name: "keys" } },
          { downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } },
          { serviceAccountToken: { path: "token" } },
        ],
      },
    },
    { a: "640 1", token: "640 s3cret", name: "640 podinfo-1" },
  ],
])("%s", async (_, volume, expected) => {
  await using folder = await temporaryFolder();
  await makeVolume({ name: "volume", ...volume }, folder.path, pod, configs);
  expect(await contents(folder.path)).toEqual(expected);
});

test.each<[string, Omit<Volume, "name">]>([
  ['configmap "none" not found', { configMap: { name: "none" } }],
  ['secret "none" not found', { secret: { secretName: "none" } }],
  ["references non-existent config key: c", { configMap: { name: "settings", items: [{ key: "c", path: "c" }] } }],
  ["../a leads out of its volume", { configMap: { name: "settings", items: [{ key: "a", path: "../a" }] } }],
])("says %s", async (message, volume) => {
  await using folder = await temporaryFolder();
  await expect(makeVolume({ name: "volume", ...volume }, folder.path, pod, configs)).rejects.toThrow(message);
});

test("mounts are links below the container's folder, also when it starts again", async () => {
  await using folder = await temporaryFolder();
  const folderOf = (name: string): string => join(folder.path, "volumes", name);
  await makeVolume({ name: "settings", configMap: { name: "settings" } }, folderOf("settings"), pod, configs);
  const volumeMounts = [
    { name: "settings", mountPath: "/etc/app/" },
    { name: "settings", mountPath: "/etc/b.txt", subPath: "b" },
  ];
  const root = join(folder.path, "app");
  const mounts = await mountVolumes({ name: "app", volumeMounts }, root, folderOf);
  expect(await mountVolumes({ name: "app", volumeMounts }, root, folderOf)).toEqual(mounts);
  expect([...mounts.keys()]).toEqual(["/etc/app", "/etc/b.txt"]);
  expect(await readFile(join(root, "etc/app/a"), "utf8")).toBe("1");
  expect(await readFile(join(root, "etc/b.txt"), "utf8")).toBe("2");
});
