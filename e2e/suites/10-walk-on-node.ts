import type { Context } from "../support/suite.ts";
import { node } from "../walk/node.ts";
import { walk } from "../walk/walk.ts";

export const name = "walk on the node: podinfo is released blue/green, and a bad revision is rolled back";

export async function run(context: Context): Promise<void> {
  await walk(context, node);
}
