/** `node e2e/cluster.ts up|down`: a Kubernetes node on this machine. */
import { down } from "./cluster/down.ts";
import { exclusively } from "./cluster/host.ts";
import { stateDirectory } from "./cluster/layout.ts";
import { bad, say } from "./cluster/progress.ts";
import { up } from "./cluster/up.ts";

const start = performance.now();
try {
  switch (process.argv[2]) {
    case "up":
      await exclusively(up);
      say(
        `up after ${((performance.now() - start) / 1000).toFixed(0)} s: export KUBECONFIG=${stateDirectory.kubeconfig}`,
      );
      break;
    case "down":
      await exclusively(down);
      break;
    default:
      throw new Error("usage: node e2e/cluster.ts up|down");
  }
} catch (error) {
  say(bad(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}
