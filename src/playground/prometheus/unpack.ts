/**
 * `node src/playground/prometheus/unpack.ts`: makes sure that there is a Prometheus, for `make demo` and `make test`. One
 * that is not on the PATH is taken from the system's packages: on Debian the package is unpacked into the cache of the
 * user, without root and without installing anything; on macOS Homebrew installs it.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { findPrometheus, NoPrometheus, unpackedPrometheus } from "./prometheus.ts";

const run = promisify(execFile);

try {
  findPrometheus();
} catch (error) {
  if (!(error instanceof NoPrometheus)) throw error;
  process.stdout.write("taking prometheus from the system's packages\n");
  try {
    await (process.platform === "darwin" ? run("brew", ["install", "prometheus"]) : unpackDebian());
    findPrometheus();
  } catch (cause) {
    process.stderr.write(
      `${error.message}\nwhat was tried: ${cause instanceof Error ? cause.message : String(cause)}\n`,
    );
    process.exitCode = 1;
  }
}

/** Has apt keep its lists and archives in a folder of ours, as those of the system belong to root. */
async function unpackDebian(): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), "headgate-prometheus-"));
  try {
    const [lists, cache] = [join(work, "lists"), join(work, "cache")];
    await mkdir(join(lists, "partial"), { recursive: true });
    await mkdir(join(cache, "archives/partial"), { recursive: true });
    const options = [
      `Dir::State::lists=${lists}`,
      `Dir::Cache=${cache}`,
      "Debug::NoLocking=1",
      "APT::Sandbox::User=",
    ].flatMap((option) => ["-o", option]);
    await run("apt-get", [...options, "update"], { cwd: work, timeout: 180_000 });
    await run("apt-get", [...options, "download", "prometheus"], { cwd: work, timeout: 180_000 });
    const archive = (await readdir(work)).find((file) => file.endsWith(".deb"));
    if (archive === undefined) throw new Error("apt-get downloaded no package");
    const folder = resolve(unpackedPrometheus, "../../..");
    await mkdir(folder, { recursive: true });
    await run("dpkg-deb", ["--extract", join(work, archive), folder]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
