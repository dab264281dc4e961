import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { lint } from "../lint/lint.ts";
import { countsOf, jsonReport, textReport } from "../lint/report.ts";
import type { Paint } from "../lint/report.ts";
import { readSources } from "../lint/source.ts";
import type { Source, Unreadable } from "../lint/source.ts";
import type { LintFlags } from "./lint-flags.ts";

/** What the command reads from and writes to. */
export interface LintStreams {
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Reads the files and says what is wrong with them. @returns the exit code */
export async function runLint(flags: LintFlags, { stdin, stdout, stderr }: LintStreams): Promise<0 | 1 | 2> {
  const sources: Source[] = [];
  const unreadable: Unreadable[] = [];
  for (const name of flags.filename) {
    try {
      for (const file of await filesOf(name)) {
        const read = readSources(file, file === "-" ? await textOf(stdin) : await readFile(file, "utf8"));
        sources.push(...read.sources);
        unreadable.push(...read.unreadable);
      }
    } catch (error) {
      unreadable.push({ file: name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const { meshProvider, selectorLabels, noCrossNamespaceRefs, analysisIntervalFloor: intervalFloorMs } = flags;
  const findings = lint(sources, { meshProvider, intervalFloorMs, selectorLabels, noCrossNamespaceRefs });
  const canaries = sources.filter(({ object }) => object.kind === "Canary").length;

  // Colours on a terminal only, and never when NO_COLOR is set.
  const paint: Paint = (tone, words) =>
    stdout instanceof WriteStream && stdout.hasColors()
      ? styleText(styles[tone], words, { validateStream: false })
      : words;
  stdout.write(flags.output === "json" ? jsonReport(findings, canaries) : textReport(findings, canaries, paint));
  for (const { file, line, reason } of unreadable) {
    stderr.write(`headgate lint: ${file}${line === undefined ? "" : `:${line}`}: cannot be read: ${reason}\n`);
  }
  if (unreadable.length > 0) return 2;
  const { error, warning } = countsOf(findings);
  return error > 0 || (flags.strict && warning > 0) ? 1 : 0;
}

const styles = { error: "red", warning: "yellow", note: "cyan", faint: "dim" } as const;

/** What kubectl takes for manifests. */
const manifest = /\.(yaml|yml|json)$/;

/** The file itself, or all manifests of a folder and of those in it, in the order of their names. */
async function filesOf(name: string): Promise<readonly string[]> {
  if (name === "-" || !(await stat(name)).isDirectory()) return [name];
  const entries = await readdir(name, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && manifest.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function textOf(stream: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let whole = "";
  for await (const chunk of stream)
    whole += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
  return whole + decoder.decode();
}
