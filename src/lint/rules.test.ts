import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { families } from "./rules.ts";

const page = join(import.meta.dirname, "../../docs/lint.md");

test("docs/lint.md has all rules, by family", async () => {
  const rows = Object.entries(families).flatMap(([family, rules]) => [
    `## ${family}`,
    ...rules.map(({ id, severity, finds }) => `| \`${id}\` | ${severity} | ${finds} |`),
  ]);
  const lines = (await readFile(page, "utf8")).split("\n").map((line) => line.replaceAll(/ +/g, " "));
  const documented = lines.filter((line) => /^(## (?!Use)|\| `[a-z])/.test(line));
  expect(documented).toEqual(rows);
});

test("no two rules have one name", () => {
  const ids = Object.values(families).flatMap((rules) => rules.map(({ id }) => id));
  expect(ids).toEqual([...new Set(ids)]);
});
