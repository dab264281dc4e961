import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { systemClock } from "../clock.ts";
import { createHttp } from "../http.ts";
import { openLogBook } from "../testing/log.ts";
import { TaskFailed } from "./errors.ts";
import { helm, helmv3 } from "./helm.ts";
import { kubectl } from "./kubectl.ts";
import { runProcess } from "./process.ts";
import type { TaskKind } from "./task.ts";

/** A directory with programs that print their name and arguments, one a line, and fail if the last one is `fail`. */
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "programs-"));
  const script = '#!/bin/sh\nbasename "$0"\nfor last in "$@"; do echo "[$last]"; done\n[ "$last" != fail ]\n';
  for (const name of ["helm", "helmv3", "kubectl"]) {
    await writeFile(join(directory, name), script);
    await chmod(join(directory, name), 0o755);
  }
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const book = openLogBook();
const run = (kind: TaskKind, cmd: string): Promise<string> =>
  kind
    .create({ cmd }, { clock: systemClock, http: createHttp(), runProcess, log: book.log })
    .run(new AbortController().signal);

test.each([
  [helm, "helm"],
  [helmv3, "helmv3"],
  [kubectl, "kubectl"],
])("runs the program of the task $type with the words of the command", async (kind, name) => {
  vi.stubEnv("PATH", [directory, process.env["PATH"]].join(delimiter));
  expect(await run(kind, "  test podinfo\t--filter 'a  b'\n")).toBe(
    `${name}\n[test]\n[podinfo]\n[--filter]\n['a]\n[b']\n`,
  );
  expect(book.messages.at(-1)).toContain(`${name}\n[test]`);
  await expect(run(kind, "please fail")).rejects.toThrow(
    new TaskFailed(`command please fail failed: ${name}\n[please]\n[fail]\n: exit status 1`),
  );
});

test("says when there is no such program", async () => {
  vi.stubEnv("PATH", "/nowhere");
  await expect(run(kubectl, "get pods")).rejects.toThrow(
    new TaskFailed("command get pods failed: : kubectl not found in PATH"),
  );
});
