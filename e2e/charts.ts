/** `node e2e/charts.ts`: packages the charts into .charts, with the index that `helm repo add` reads. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./cluster/layout.ts";
import { buildPrograms } from "./cluster/programs.ts";
import { bad, say } from "./cluster/progress.ts";
import { helm } from "./support/kubectl.ts";

try {
  await buildPrograms(["helm"]);
  const packages = join(checkout, ".charts");
  await rm(packages, { recursive: true, force: true });
  await mkdir(packages);
  for (const chart of (await readdir(join(checkout, "charts"))).sort()) {
    const folder = join(checkout, "charts", chart);
    if (existsSync(join(folder, "Chart.yaml"))) await helm(["package", folder, "--destination", packages]);
  }
  await helm(["repo", "index", packages]);
  say((await readdir(packages)).join("\n"));
} catch (error) {
  say(bad(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}
