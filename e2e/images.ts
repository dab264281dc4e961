/** `node e2e/images.ts`: all image archives into .images, and into the cluster if one is up. */
import { existsSync } from "node:fs";
import { prepareHost } from "./cluster/host.ts";
import { machineDirectory } from "./cluster/layout.ts";
import { allPrograms, buildPrograms } from "./cluster/programs.ts";
import { bad, say, step } from "./cluster/progress.ts";
import { buildImages } from "./images/build.ts";
import { loadImages } from "./images/load.ts";

try {
  await prepareHost();
  await buildPrograms(allPrograms);
  const archives = await step("build images", buildImages);
  for (const { name, size } of archives) say(`${(size / 1e6).toFixed(1).padStart(8)} MB  ${name}`);
  if (existsSync(machineDirectory.containerdSocket)) await step("load images", loadImages);
} catch (error) {
  say(bad(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}
