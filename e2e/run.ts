/** `node e2e/run.ts [part of a suite's file name]...`: the cluster up, all suites, the cluster down. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { down } from "./cluster/down.ts";
import { exclusively } from "./cluster/host.ts";
import { e2eDirectory, stateDirectory } from "./cluster/layout.ts";
import { bad, good, say } from "./cluster/progress.ts";
import { up } from "./cluster/up.ts";
import { kubectl } from "./support/kubectl.ts";
import type { Context, Suite } from "./support/suite.ts";
import { startTimeline } from "./support/timeline.ts";

/** A check failed; it has been reported. */
class CheckFailed extends Error {
  override readonly name = "CheckFailed";
}

const wanted = process.argv.slice(2);
const timeline = startTimeline();
let passed = 0;
/** What failed and why, said again at the end: a CI may keep no more than the end of the output. */
const failures: string[] = [];

function fail(what: string, error: unknown): void {
  failures.push(`${what}: ${explain(error)}`);
}

const context: Context = {
  timeline,
  async check(title, work) {
    try {
      await work();
    } catch (cause) {
      fail(title, cause);
      timeline.mark(`${bad("failed")}  ${title}\n${explain(cause)}`);
      throw new CheckFailed(title, { cause });
    }
    passed++;
    timeline.mark(`${good("passed")}  ${title}`);
  },
};

async function runSuites(): Promise<void> {
  for (const file of (await readdir(join(e2eDirectory, "suites"))).sort()) {
    if (!file.endsWith(".ts") || (wanted.length > 0 && !wanted.some((part) => file.includes(part)))) continue;
    const suite = (await import(join(e2eDirectory, "suites", file))) as Suite;
    timeline.mark(suite.name);
    try {
      await suite.run(context);
    } catch (error) {
      if (!(error instanceof CheckFailed)) {
        fail(suite.name, error);
        say(bad(explain(error)));
      }
      await dump(file);
    }
  }
}

/** What one wants to look at after a failure, printed in part and written to files in full. */
async function dump(suite: string): Promise<void> {
  const folder = join(stateDirectory.logs, suite.replace(/\.ts$/, ""));
  await mkdir(folder, { recursive: true });
  const looks: Record<string, readonly string[]> = {
    "objects.txt": ["get", "all", "--all-namespaces", "--output", "wide"],
    "canaries.yaml": ["get", "canaries.flagger.app", "--all-namespaces", "--output", "yaml"],
    "pods.txt": ["describe", "pods", "--all-namespaces"],
    "events.txt": ["get", "events", "--all-namespaces", "--sort-by=.metadata.creationTimestamp"],
    "operator.log": ["logs", "--namespace", "istio-system", "deployment/headgate", "--tail=2000", "--all-pods"],
    "operator-before.log": ["logs", "--namespace", "istio-system", "deployment/headgate", "--tail=2000", "--previous"],
  };
  for (const [file, args] of Object.entries(looks)) {
    const seen = await kubectl(args).catch(explain);
    await writeFile(join(folder, file), seen);
    if (!file.endsWith(".yaml")) say(`--- ${file}\n${seen.trimEnd().split("\n").slice(-40).join("\n")}`);
  }
  say(`--- in full in ${folder}`);
}

function explain(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const keep = process.env["KEEP"] === "1";

// become the command that ends the cluster, whatever part of this program is at work
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    say(bad(`${signal}: ending`));
    if (keep) process.exit(1);
    const ending = `"${process.execPath}" "${join(e2eDirectory, "cluster.ts")}" down; exit 1`;
    process.execve?.("/bin/sh", ["sh", "-c", ending]);
  });
}

await exclusively(async () => {
  try {
    await up();
    timeline.mark("cluster is up");
    await runSuites();
  } catch (error) {
    fail("the cluster", error);
    say(bad(explain(error)));
  }
  if (keep) return;
  await down().catch((error: unknown) => {
    fail("the end of the cluster", error);
  });
});
for (const failure of failures) say(`${bad("failed")}  ${failure}`);
say(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
