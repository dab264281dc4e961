import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import type { LogOptions } from "./log.ts";

/** What a log with these options writes, with its times replaced. */
function write(options: LogOptions): string[] {
  const lines: string[] = [];
  const log = createLog(options, { write: (line) => lines.push(line) });
  log.debug("looking");
  log.info({ canary: "podinfo.test" }, "New revision detected!");
  log.warn("slow");
  log.error({ err: new RangeError("too far") }, "step failed");
  return lines.map((line) =>
    line.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, "TIME").replace(/"stack":"[^"]*"/, '"stack":"STACK"'),
  );
}

test("JSON has Flagger's keys", () => {
  expect(write({ level: "debug", encoding: "json" })).toEqual([
    '{"level":"debug","ts":"TIME","msg":"looking"}\n',
    '{"level":"info","ts":"TIME","canary":"podinfo.test","msg":"New revision detected!"}\n',
    '{"level":"warn","ts":"TIME","msg":"slow"}\n',
    '{"level":"error","ts":"TIME","err":{"type":"RangeError","message":"too far","stack":"STACK"},"msg":"step failed"}\n',
  ]);
});

test("the encoding for people has columns", () => {
  expect(write({ level: "debug", encoding: "console" })).toEqual([
    "TIME\tdebug\tlooking\n",
    'TIME\tinfo\tNew revision detected!\t{"canary":"podinfo.test"}\n',
    "TIME\twarn\tslow\n",
    'TIME\terror\tstep failed\t{"err":{"type":"RangeError","message":"too far","stack":"STACK"}}\n',
  ]);
});

test.each([
  ["debug", 4],
  ["info", 3],
  ["warn", 2],
  ["warning", 2],
  ["error", 1],
  ["panic", 3],
  ["", 3],
])("level %o writes %i of four lines", (level, lines) => {
  expect(write({ level, encoding: "json" })).toHaveLength(lines);
});
