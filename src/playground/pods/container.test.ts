import type { Container } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { runContainer } from "./container.ts";
import type { ContainerTools } from "./container.ts";
import { NotStarted } from "./errors.ts";
import { createContainerLog } from "./log.ts";
import type { Exit } from "./process.ts";

/** What is done to a container and when, in seconds; its process ends as it is told to, or needs SIGKILL. */
interface Story {
  readonly container?: Omit<Container, "name">;
  /** Seconds that the process takes to end after SIGTERM: it never does unless it says so. */
  readonly endsAfter?: number;
  /** When it is stopped, with which grace period. */
  readonly stops?: readonly (readonly [at: number, graceSeconds: number])[];
  /** When the process ends by itself. */
  readonly exits?: readonly [at: number, code: number];
  readonly prepare?: ContainerTools["prepare"];
}

/** What happens within 100 seconds, line by line. */
async function tell({ container, endsAfter, stops = [], exits, prepare }: Story): Promise<readonly string[]> {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const say = (line: string): void => {
    lines.push(`${clock.now() / 1000}s ${line}`);
  };
  const ended = Promise.withResolvers<Exit>();
  const pod = { metadata: { name: "app-1" }, spec: { terminationGracePeriodSeconds: 20, containers: [] } };
  const running = runContainer(
    {
      pod,
      container: { name: "app", ...container },
      restarts: 0,
      report: ({ kind, ...rest }) => {
        say(`${kind} ${JSON.stringify(rest)}`);
      },
      event: (type, reason, message) => {
        say(`${type} ${reason} ${message}`);
      },
    },
    {
      clock,
      prepare:
        prepare ??
        (async (start) => ({
          program: { command: ["app"], environment: new Map(), folder: "/" },
          log: createContainerLog(() => clock.now()),
          target: {
            pod,
            container: start.container,
            resolve: (host, port) => ({ host, port }),
            execute: async ([command = ""]) => {
              say(`runs ${command}`);
              return command === "bad" ? { ok: false, message: "exit status 1" } : { ok: true };
            },
          },
        })),
      startProcess: () => ({
        pid: 1,
        ended: ended.promise,
        signal: (name) => {
          say(name);
          if (endsAfter !== undefined)
            clock.after(1000 * endsAfter, () => {
              ended.resolve({ code: 143 });
            });
        },
        kill: async () => {
          say("SIGKILL");
          ended.resolve({ code: 137 });
        },
      }),
      started: () => undefined,
      ended: () => undefined,
    },
  );
  for (const [at, graceSeconds] of stops)
    clock.after(1000 * at, () => {
      running.stop(1000 * graceSeconds);
    });
  if (exits !== undefined)
    clock.after(1000 * exits[0], () => {
      ended.resolve({ code: exits[1] });
    });
  await clock.advance(100_000);
  return lines;
}

const runs = '0s running {"started":true,"ready":true}';
const sleeping = (seconds: number): Omit<Container, "name"> => ({ lifecycle: { preStop: { sleep: { seconds } } } });
const sick = { livenessProbe: { exec: { command: ["bad"] }, failureThreshold: 1 } };

test.each<[string, Story, readonly string[]]>([
  ["ends by itself", { exits: [3, 1] }, [runs, '3s terminated {"exitCode":1}']],
  [
    "ends when it is told to",
    { stops: [[5, 20]], endsAfter: 1 },
    [runs, "5s SIGTERM", '6s terminated {"exitCode":143}'],
  ],
  [
    "is killed after its grace period",
    { stops: [[5, 20]] },
    [runs, "5s SIGTERM", "25s SIGKILL", '25s terminated {"exitCode":137}'],
  ],
  ["is killed at once", { stops: [[5, 0]] }, [runs, "5s SIGKILL", '5s terminated {"exitCode":137}']],
  [
    "gets less time later",
    {
      stops: [
        [5, 20],
        [8, 4],
        [9, 30],
      ],
    },
    [runs, "5s SIGTERM", "12s SIGKILL", '12s terminated {"exitCode":137}'],
  ],
  [
    "sleeps before it ends",
    { container: sleeping(5), stops: [[1, 20]] },
    [runs, "6s SIGTERM", "21s SIGKILL", '21s terminated {"exitCode":137}'],
  ],
  [
    "sleeps for too long",
    { container: sleeping(60), stops: [[1, 20]] },
    [runs, "21s SIGTERM", "23s SIGKILL", '23s terminated {"exitCode":137}'],
  ],
  [
    "ends while it sleeps",
    { container: sleeping(5), stops: [[1, 20]], exits: [2, 0] },
    [runs, '2s terminated {"exitCode":0}'],
  ],
  [
    "has a preStop hook that fails",
    { container: { lifecycle: { preStop: { exec: { command: ["bad"] } } } }, stops: [[1, 20]], endsAfter: 1 },
    [
      runs,
      "1s runs bad",
      "1s Warning FailedPreStopHook PreStopHook failed: exit status 1",
      "1s SIGTERM",
      '2s terminated {"exitCode":143}',
    ],
  ],
  [
    "has a postStart hook",
    { container: { lifecycle: { postStart: { exec: { command: ["good"] } } } }, exits: [2, 0] },
    ["0s runs good", runs, '2s terminated {"exitCode":0}'],
  ],
  [
    "has a postStart hook that fails",
    { container: { lifecycle: { postStart: { exec: { command: ["bad"] } } } }, endsAfter: 1 },
    [
      "0s runs bad",
      "0s Warning FailedPostStartHook PostStartHook failed: exit status 1",
      "0s Normal Killing Container app failed its postStart hook, will be restarted",
      "0s SIGTERM",
      '1s terminated {"exitCode":143}',
    ],
  ],
  [
    "is sick",
    { container: sick, endsAfter: 2 },
    [
      runs,
      "1s runs bad",
      "1s Warning Unhealthy Liveness probe failed: exit status 1",
      "1s Normal Killing Container app failed liveness probe, will be restarted",
      "1s SIGTERM",
      '3s terminated {"exitCode":143}',
    ],
  ],
  [
    "cannot be started",
    { prepare: () => Promise.reject(new NotStarted("ErrImagePull", "no such image")) },
    ['0s waiting {"reason":"ErrImagePull","message":"no such image"}'],
  ],
  [
    "is stopped before it starts",
    {
      stops: [[1, 20]],
      prepare: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reject(new Error("given up"));
          });
        }),
    },
    ['1s waiting {"reason":"CreateContainerError","message":"given up"}'],
  ],
])("a container %s", async (_, story, lines) => {
  expect(await tell(story)).toEqual(lines);
});
