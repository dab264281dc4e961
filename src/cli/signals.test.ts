import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { stopSignal } from "./signals.ts";
import type { Endable } from "./signals.ts";

test.each([
  ["SIGTERM", "SIGTERM"],
  ["SIGINT", "SIGTERM"],
  ["SIGTERM", "SIGINT"],
])("%s asks to stop, %s after it ends the process", (first, second) => {
  const story: string[] = [];
  const process = Object.assign(new EventEmitter(), {
    exit: (code: number) => {
      story.push(`exit ${code}`);
    },
  }) satisfies Endable;
  const stop = stopSignal(process, (signal) => {
    story.push(signal);
  });
  expect(stop.aborted).toBe(false);
  process.emit(first);
  expect(stop.aborted).toBe(true);
  process.emit(second);
  expect(story).toEqual([first, "exit 1"]);
});
