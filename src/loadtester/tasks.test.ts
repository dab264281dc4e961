import { expect, test } from "vitest";
import { InvalidTask } from "./errors.ts";
import { taskKind } from "./tasks.ts";

test.each([
  [{ cmd: "hey" }, "cmd", true],
  [{ type: "cmd" }, "cmd", true],
  [{ type: "bash" }, "bash", false],
  [{ type: "helm" }, "helm", false],
  [{ type: "helmv3" }, "helmv3", false],
  [{ type: "kubectl" }, "kubectl", false],
  [{ type: "ngrinder" }, "ngrinder", true],
  [{ type: "concord" }, "concord", false],
])("%j asks for %s", (metadata, type, background) => {
  expect(taskKind(metadata)).toMatchObject({ type, background });
});

test.each([
  [{}, "metadata not found in payload"],
  [{ type: "" }, "unknown task type "],
  [{ type: "toString" }, "unknown task type toString"],
])("%j asks for nothing", (metadata, message) => {
  expect(() => taskKind(metadata)).toThrow(new InvalidTask(message));
});
