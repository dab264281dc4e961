#!/usr/bin/env node
import { runProgram } from "./cli/program.ts";

// Each role loads what it needs, and nothing that only another one does.
try {
  await runProgram(
    {
      operator: async (flags) => {
        const { startOperator } = await import("./cli/operator.ts");
        process.exit(await startOperator(flags, process));
      },
      loadtester: async (flags) => {
        const { startLoadTester } = await import("./cli/loadtester.ts");
        await startLoadTester(flags, process);
      },
      playground: async (flags) => {
        const { runPlayground } = await import("./cli/playground.ts");
        process.exit(await runPlayground(flags, process));
      },
      lint: async (flags) => {
        const { runLint } = await import("./cli/lint.ts");
        // No exit: what a pipe has not taken yet would be lost.
        process.exitCode = await runLint(flags, process);
      },
      prove: async (flags) => {
        const { runProve } = await import("./cli/prove.ts");
        process.exit(await runProve(flags, process));
      },
      rehearse: async (flags) => {
        const { runRehearse } = await import("./cli/rehearse.ts");
        process.exitCode = await runRehearse(flags, process);
      },
    },
    process.argv.slice(2),
  );
} catch (error) {
  process.stderr.write(`headgate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
