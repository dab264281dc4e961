import { runCommand } from "./command.ts";
import { isTrue, required } from "./task.ts";
import type { TaskKind } from "./task.ts";

/** A command for the shell, usually a load test. `logCmdOutput: "true"` puts what it prints into the log. */
export const cmd: TaskKind = {
  type: "cmd",
  background: true,
  create: (metadata, tools) => {
    const command = required(metadata, "cmd");
    return {
      description: command,
      run: async (signal) => {
        const output = await runCommand(tools, command, ["sh", "-c", command], signal);
        if (isTrue(metadata["logCmdOutput"])) tools.log.info(output);
        return output;
      },
    };
  },
};
