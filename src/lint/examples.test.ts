import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { linesIn } from "./testing.ts";
import { readSources } from "./source.ts";

const folder = new URL("../../docs/providers/", import.meta.url);
const pages = readdirSync(folder).filter((name) => name !== "README.md");

test.each(pages)("the examples of docs/providers/%s hold no error", (page) => {
  const text = readFileSync(new URL(page, folder), "utf8");
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = ""]) => yaml);
  const examples = blocks.join("---\n");
  const { sources, unreadable } = readSources(page, examples);
  expect(unreadable).toEqual([]);
  expect(sources.map(({ object }) => object.kind)).toContain("Canary");
  expect(linesIn(examples).filter((line) => line.includes(" error "))).toEqual([]);
});
