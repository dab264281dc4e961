import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { imageDirectory } from "../cluster/layout.ts";
import { allImages } from "./definitions.ts";
import { writeTar } from "./tar.ts";
import type { Image } from "./definitions.ts";
import type { Entry, Written } from "./tar.ts";

/** An archive on disk: an OCI image layout in a tar file. */
export interface Archive {
  readonly name: string;
  readonly file: string;
  /** Digest of the manifest, by which containerd knows whether it has this very image. */
  readonly digest: string;
  /** Sum of the layers, in bytes. */
  readonly size: number;
  /** Of everything that went in. */
  readonly inputs: string;
}

/** Writes the archives of all images into `.images/`; one whose inputs have not changed stays as it is. */
export async function buildImages(): Promise<Archive[]> {
  await mkdir(imageDirectory, { recursive: true });
  const archives: Archive[] = [];
  for (const image of await allImages()) archives.push(await buildImage(image));
  return archives;
}

async function buildImage(image: Image): Promise<Archive> {
  const file = join(imageDirectory, `${image.name.replace(/^.*\//, "").replace(":", "-")}.tar`);
  const record = `${file}.json`;
  const inputs = await fingerprint(image);
  if (existsSync(record) && existsSync(file)) {
    const known = JSON.parse(await readFile(record, "utf8")) as Archive;
    if (known.inputs === inputs) return known;
  }
  await rm(record, { force: true });
  const archive = { name: image.name, file, inputs, ...(await writeArchive(image, file)) };
  await writeFile(record, JSON.stringify(archive));
  return archive;
}

/** Layers, configuration and manifest as blobs named by their digests (OCI image format 1.0). */
async function writeArchive(image: Image, file: string): Promise<Written> {
  const work = await mkdtemp(join(imageDirectory, "unfinished-"));
  try {
    const layers: (Written & { readonly file: string })[] = [];
    for (const [index, entries] of image.layers.entries()) {
      const layer = join(work, `layer-${index}.tar`);
      layers.push({ ...(await writeTar(layer, entries)), file: layer });
    }
    const architecture = process.arch === "x64" ? "amd64" : process.arch;
    const config = json({
      architecture,
      os: "linux",
      config: {
        User: image.user,
        Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...image.environment],
        Entrypoint: image.entrypoint,
        Cmd: image.command ?? [],
        WorkingDir: image.workingDirectory,
      },
      rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    });
    const describe = (mediaType: string, { digest, size }: Written): object => ({
      mediaType: `application/vnd.oci.image.${mediaType}`,
      digest,
      size,
    });
    const manifest = json({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: describe("config.v1+json", config),
      layers: layers.map((layer) => describe("layer.v1.tar", layer)),
    });
    const named = {
      ...describe("manifest.v1+json", manifest),
      platform: { architecture, os: "linux" },
      annotations: { "io.containerd.image.name": image.name },
    };
    const archive = join(work, "archive.tar");
    await writeTar(archive, [
      text("oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" })),
      text("index.json", JSON.stringify({ schemaVersion: 2, manifests: [named] })),
      text(blob(config), config.text),
      text(blob(manifest), manifest.text),
      ...layers.map((layer): Entry => ({ kind: "copy", path: blob(layer), from: layer.file, mode: 0o644 })),
    ]);
    await rename(archive, file);
    return { digest: manifest.digest, size: layers.reduce((sum, layer) => sum + layer.size, 0) };
  } finally {
    await rm(work, { recursive: true });
  }
}

function json(value: object): Written & { readonly text: string } {
  const content = JSON.stringify(value);
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  return { text: content, digest, size: Buffer.byteLength(content) };
}

function text(path: string, content: string): Entry {
  return { kind: "text", path, text: content, mode: 0o644 };
}

function blob({ digest }: Written): string {
  return `blobs/${digest.replace(":", "/")}`;
}

/** Files count by path, size and time of change: reading them all would take as long as building. */
async function fingerprint(image: Image): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(image));
  for (const entry of image.layers.flat()) {
    if (entry.kind !== "copy") continue;
    const { size, mtimeMs } = await stat(entry.from);
    hash.update(`${entry.from} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}
