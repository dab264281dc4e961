import { expect, test } from "vitest";
import { runPlayground } from "./playground.ts";

test("the story of the demo is told on real processes, with a real Prometheus", { timeout: 240_000 }, async () => {
  let output = "";
  const stdout = {
    write: (text: string) => {
      output += text;
      return true;
    },
  };
  const ports = { apiPort: 0, gatewayPort: 0, prometheusPort: 0 };
  const flags = { ...ports, image: [], operator: true, auditLogPath: "", story: true, once: true };
  const code = await runPlayground(flags, {
    stdout,
    on: () => undefined,
    exit: (code) => expect.unreachable(`exit ${code}`),
  });
  const lines = output.split("\n").map((line) => line.replace(/^ *\d+\.\d s {2}/, ""));
  const begins = (word: string): readonly string[] => lines.filter((line) => line.startsWith(word));
  const told = { podinfo: begins("podinfo"), frontend: begins("frontend"), slack: begins("Slack") };
  expect({ code, ...told, end: begins("the story") }, output).toEqual({
    code: 0,
    podinfo: [
      "podinfo  Initializing",
      "podinfo  Initialized",
      "podinfo  Progressing",
      ...[1, 2, 3, 4, 5].map((iteration) => `podinfo  iteration ${iteration} of 5`),
      "podinfo  Promoting",
      "podinfo  Finalising",
      "podinfo  Succeeded",
      "podinfo  Progressing",
      "podinfo  iteration 1 of 5",
      "podinfo  failed checks: 1 of 2 allowed",
      "podinfo  Failed",
    ],
    frontend: [
      "frontend  Initializing",
      "frontend  Initialized",
      "frontend  Progressing",
      "frontend  primary 75 % ███████████████░░░░░ 25 % canary",
      "frontend  primary 50 % ██████████░░░░░░░░░░ 50 % canary",
      "frontend  primary 25 % █████░░░░░░░░░░░░░░░ 75 % canary",
      "frontend  Promoting",
      "frontend  Finalising",
      "frontend  primary 100 % ████████████████████ 0 % canary",
      "frontend  Succeeded",
    ],
    slack: [
      "Slack #general  podinfo.test: New Deployment detected, initialization completed.",
      "Slack #general  podinfo.test: New revision detected, progressing canary analysis.",
      "Slack #general  podinfo.test: Canary analysis completed successfully, promotion finished.",
      "Slack #general  podinfo.test: New revision detected, progressing canary analysis.",
      "Slack #general  podinfo.test: Failed checks threshold reached 2",
      "Slack #general  frontend.test: New Deployment detected, initialization completed.",
      "Slack #general  frontend.test: New revision detected, progressing canary analysis.",
      "Slack #general  frontend.test: Canary analysis completed successfully, promotion finished.",
    ],
    end: ["the story is told"],
  });
});
