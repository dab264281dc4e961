import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/** One entry of an archive. Paths are relative to its root; `mode` is the permission bits. */
export type Entry =
  | { readonly kind: "copy"; readonly path: string; readonly from: string; readonly mode: number }
  | { readonly kind: "text"; readonly path: string; readonly text: string; readonly mode: number }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "folder"; readonly path: string; readonly mode: number };

/** What was written: a digest as images use it (`sha256:...`) and the size in bytes. */
export interface Written {
  readonly digest: string;
  readonly size: number;
}

const block = 512;

/**
 * Writes a tar archive (POSIX ustar). The same entries give the same bytes: sorted, owned by root, of the year 1970;
 * folders on the way to an entry are added.
 */
export async function writeTar(file: string, entries: readonly Entry[]): Promise<Written> {
  const output = await open(file, "w");
  const hash = createHash("sha256");
  let size = 0;
  const write = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    size += bytes.length;
    await writeAll(output, bytes);
  };
  try {
    for (const entry of complete(entries)) {
      const length = await lengthOf(entry);
      await write(header(entry, length));
      if (entry.kind === "text") await write(Buffer.from(entry.text));
      if (entry.kind === "copy") {
        for await (const chunk of createReadStream(entry.from, { highWaterMark: 1024 * 1024 })) {
          await write(chunk as Buffer);
        }
      }
      await write(Buffer.alloc((block - (length % block)) % block));
    }
    await write(Buffer.alloc(2 * block));
  } finally {
    await output.close();
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}

async function writeAll(output: FileHandle, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await output.write(bytes, done)).bytesWritten;
}

/** Adds parent folders, keeps the first of two entries with one path, and sorts. */
function complete(entries: readonly Entry[]): Entry[] {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) if (!byPath.has(entry.path)) byPath.set(entry.path, entry);
  for (const { path } of entries) {
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
      if (!byPath.has(folder)) byPath.set(folder, { kind: "folder", path: folder, mode: 0o755 });
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function lengthOf(entry: Entry): Promise<number> {
  if (entry.kind === "copy") return (await stat(entry.from)).size;
  return entry.kind === "text" ? Buffer.byteLength(entry.text) : 0;
}

const typeFlags = { copy: "0", text: "0", link: "2", folder: "5" } as const;

/** Field offsets and lengths: POSIX.1-1988, ustar interchange format. */
function header(entry: Entry, length: number): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, offset: number, digits: number): void => {
    bytes.write(`${value.toString(8).padStart(digits, "0")}\0`, offset);
  };
  const [prefix, name] = splitPath(entry.kind === "folder" ? `${entry.path}/` : entry.path);
  bytes.write(name, 0);
  octal(entry.kind === "link" ? 0o777 : entry.mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(length, 124, 11);
  octal(0, 136, 11);
  bytes.write(" ".repeat(8), 148);
  bytes.write(typeFlags[entry.kind], 156);
  if (entry.kind === "link") bytes.write(entry.target, 157);
  bytes.write("ustar\0" + "00", 257);
  bytes.write(prefix, 345);
  const checksum = bytes.reduce((sum, byte) => sum + byte, 0);
  bytes.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}

/** A path of up to 100 bytes stands as it is; a longer one is cut at a slash into up to 155 and up to 100. */
function splitPath(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ["", path];
  for (let cut = path.indexOf("/"); cut !== -1; cut = path.indexOf("/", cut + 1)) {
    const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
    if (name !== "" && Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return [prefix, name];
  }
  throw new Error(`path too long for a tar archive: ${path}`);
}
