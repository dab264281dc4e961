import { writeFile } from "node:fs/promises";
import { Command } from "commander";

/** `headgate generate`: files that are made from the source. */
export function generateCommand(): Command {
  const crds = new Command("crds")
    .description("Write the CustomResourceDefinitions as YAML")
    .option("--output <files...>", "files to write; standard output when left out")
    .action(async ({ output = [] }: { readonly output?: readonly string[] }) => {
      const { crdsYaml } = await import("../api/crds.ts");
      const yaml = crdsYaml();
      if (output.length === 0) process.stdout.write(yaml);
      for (const file of output) await writeFile(file, yaml);
    });
  return new Command("generate").description("Write files that are made from the source").addCommand(crds);
}
