import type { Finding } from "./lint.ts";
import type { Severity } from "./rule.ts";

/** Writes a text in the colour of a severity, or fainter. */
export type Paint = (tone: Severity | "faint", text: string) => string;

/** How many findings of each severity. */
export type Counts = Readonly<Record<Severity, number>>;

export function countsOf(findings: readonly Finding[]): Counts {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return { error: count("error"), warning: count("warning"), note: count("note") };
}

/** The findings for people: three lines each and a line of sums. `canaries` is how many were looked at. */
export function textReport(findings: readonly Finding[], canaries: number, paint: Paint): string {
  const blocks = findings.map(({ file, line, severity, kind, namespace, name, path, rule, problem, fix }) => {
    const where = [kind, namespace === "" ? name : `${namespace}/${name}`, path]
      .filter((part) => part !== "")
      .join(" ");
    const head = `${file}:${line} ${paint(severity, severity)} ${where} ${paint("faint", `(${rule})`)}`;
    return `${head}\n  ${problem}\n  ${fix}\n\n`;
  });
  const { error, warning, note } = countsOf(findings);
  const sums = [many(error, "error"), many(warning, "warning"), many(note, "note")].join(", ");
  return `${blocks.join("")}${sums} in ${canaries === 1 ? "1 Canary" : `${canaries} Canaries`}\n`;
}

/** The findings for programs. */
export function jsonReport(findings: readonly Finding[], canaries: number): string {
  const { error, warning, note } = countsOf(findings);
  const summary = { canaries, errors: error, warnings: warning, notes: note };
  return `${JSON.stringify({ findings, summary }, null, 2)}\n`;
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
