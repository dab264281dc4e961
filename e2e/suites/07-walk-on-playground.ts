import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlayground } from "../support/playground.ts";
import type { Context } from "../support/suite.ts";
import { playgroundGround } from "../walk/playground.ts";
import { walk } from "../walk/walk.ts";

export const name = "walk on the playground: podinfo is released blue/green, and a bad revision is rolled back";

export async function run(context: Context): Promise<void> {
  await using files = await mkdtempDisposable(join(tmpdir(), "headgate-e2e-"));
  const auditLog = join(files.path, "audit.log");
  const flags = ["--no-operator", `--audit-log-path=${auditLog}`];
  await using playground = await startPlayground("walk-on-playground.log", flags);
  await walk(context, playgroundGround(playground, auditLog));
}
