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
    },
    process.argv.slice(2),
  );
} catch (error) {
  process.stderr.write(`headgate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
