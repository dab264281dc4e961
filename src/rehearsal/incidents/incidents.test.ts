import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { incidents } from "./incidents.ts";
import { play } from "./play.ts";

describe.each(Object.entries(incidents))("%s", (title, all) => {
  test.each(Object.entries(all))("%s", async (_name, incident) => {
    expect(await play(incident)).toEqual({ facts: [], ...incident.noticed, violations: [] });
  });

  test("docs/safety.md lists them", async () => {
    const text = await readFile(join(import.meta.dirname, "../../../docs/safety.md"), "utf8");
    const [, section = ""] = text.split(`### ${title}\n`);
    const rows = /\n\|[^\n]*\n\| -[^\n]*\n((?:\|[^\n]*\n)+)/.exec(section)?.[1]?.trimEnd().split("\n") ?? [];
    expect(
      rows.map((row) =>
        row
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    ).toEqual(Object.entries(all).map(([name, { issues, happened }]) => [issues.join(", "), happened, name]));
  });
});
