import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../support/run.ts";
import type { Entry } from "./tar.ts";

/** A file of the machine at the same path in the image. */
export async function sameFile(path: string, mode = 0o755): Promise<Entry> {
  return { kind: "copy", path: path.slice(1), from: await realpath(path), mode };
}

/** A program at a path of the image, with the shared libraries that `ldd` names, at their own paths. */
export async function programWithLibraries(from: string, path: string): Promise<Entry[]> {
  const real = await realpath(from);
  const listed = await run("ldd", [real]);
  const libraries = [...listed.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? "");
  const program: Entry = { kind: "copy", path, from: real, mode: 0o755 };
  return [program, ...(await Promise.all(libraries.map((library) => sameFile(library))))];
}

/** All files below a folder, at `path` in the image, of which `wanted` says yes; it sees paths relative to the folder. */
export async function tree(from: string, path: string, wanted: (file: string) => boolean): Promise<Entry[]> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
    .filter(wanted)
    .map((file) => ({ kind: "copy", path: join(path, file), from: join(from, file), mode: 0o644 }));
}
