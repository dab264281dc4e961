import { expect, test } from "vitest";
import { readDocuments } from "./yaml.ts";

test.each([
  ["a bracket that is not closed", "kind: {", 2, "Flow map in block collection"],
  ["a key twice", "a: 1\nb: 2\na: 3\n", 3, "Map keys must be unique"],
  ["an alias of nothing", "# none\na: *nothing", 2, "Unresolved alias"],
  ["an anchor within itself", "a: &a { b: *a }", 1, "an anchor stands within itself"],
  ["a merge of what is no map", "a:\n  <<: 0", 1, "Merge sources must be maps"],
  ["aliases that would fill the memory", bomb(9), 1, "Excessive alias count"],
])("%s is a mistake of its document, and the others are read", (_, text, line, mistake) => {
  const documents = readDocuments(`${text}\n---\ngood: true\n`);
  expect(documents).toMatchObject([
    { mistake: expect.stringContaining(mistake) as string, line },
    { content: { good: true } },
  ]);
});

/** Each level is ten times the one before. */
function bomb(levels: number): string {
  const level = (at: number): string =>
    `l${at}: &l${at} [${Array(10)
      .fill(`*l${at - 1}`)
      .join(", ")}]`;
  return ["l0: &l0 0", ...Array.from({ length: levels }, (_, at) => level(at + 1))].join("\n");
}

test("an empty text has no document", () => {
  expect(readDocuments("# nothing\n")).toEqual([]);
});
