import { Command, Option } from "commander";
import { port } from "./flags.ts";

/** The flags of the playground. */
export interface PlaygroundFlags {
  /** Each `repository=command`. */
  readonly image: readonly string[];
  readonly apiPort: number;
  readonly gatewayPort: number;
  readonly prometheusPort: number;
  /** Whether Headgate runs in it. */
  readonly operator: boolean;
  /** Where requests to the API are written down; empty for nowhere. */
  readonly auditLogPath: string;
  /** Whether the story is told. */
  readonly story: boolean;
  /** Whether it ends with the story. */
  readonly once: boolean;
}

const example = `
Images of podinfo and of the load tester are built in. Your own: --image my/app="node server.js"

Nothing listens on any other address than this machine's own.`;

/** `headgate playground`: a cluster in this process. */
export function playgroundCommand(run: (flags: PlaygroundFlags) => Promise<void>): Command {
  return new Command("playground")
    .description("Try releases without a cluster: a Kubernetes API in this process, pods as processes of this machine")
    .option("--image <repository=command>", "what to run for an image; may be given again", collect, [])
    .option("--api-port <number>", "port of the Kubernetes API; 0 for any free one", port, 0)
    .option("--gateway-port <number>", "port of the gateway, through which Services are reached; 0 for any", port, 0)
    .option("--prometheus-port <number>", "port of Prometheus; 0 for any free one", port, 0)
    .addOption(new Option("--no-operator", "without Headgate, to install it with Helm").conflicts(["story", "once"]))
    .option("--audit-log-path <file>", "write down the requests to the API, in the format of kube-apiserver", "")
    .option("--story", "release a good version of podinfo and roll back a bad one", false)
    .option("--once", "end with the story: exit code 0, or 1 when anything differs from it", false)
    .addHelpText("after", example)
    .action(run);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
