import { hostProgram } from "../cluster/host.ts";
import { machineDirectory } from "../cluster/layout.ts";
import { run } from "../support/run.ts";
import { buildImages } from "./build.ts";

/** Brings the images into the cluster's containerd, those that it does not have yet. */
export async function loadImages(): Promise<void> {
  const present = new Set((await ctr(["images", "list"])).split("\n").map(nameAndDigest));
  for (const { name, digest, file } of await buildImages()) {
    if (!present.has(`${name} ${digest}`)) await ctr(["images", "import", file]);
  }
}

/** First and third column of the list: REF TYPE DIGEST ... */
function nameAndDigest(line: string): string {
  const [name = "", , digest = ""] = line.split(/\s+/);
  return `${name} ${digest}`;
}

async function ctr(args: readonly string[]): Promise<string> {
  const where = ["--address", machineDirectory.containerdSocket, "--namespace", "k8s.io"];
  return run(hostProgram("ctr"), [...where, ...args], { timeoutMs: 5 * 60_000 });
}
