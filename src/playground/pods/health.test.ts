import type { Container } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import type { Outcome } from "./handler.ts";
import { lengthened, noStreak, verdictOf, watchHealth } from "./health.ts";

test.each<[string, { successThreshold?: number; failureThreshold?: number }, string, string]>([
  ["usual numbers", {}, "+-+---+", "+ +  -+"],
  ["two successes", { successThreshold: 2 }, "+-++++", "   +++"],
  ["one failure", { failureThreshold: 1 }, "+-+--", "+-+--"],
])("verdicts after each probe: %s", (_, probe, results, verdicts) => {
  let streak = noStreak;
  const said = Array.from(results).map((result) => {
    streak = lengthened(streak, result === "+");
    return { passed: "+", failed: "-", none: " " }[verdictOf(streak, probe) ?? "none"];
  });
  expect(said.join("")).toBe(verdicts);
});

const http = (name: string): { httpGet: { path: string; port: number } } => ({ httpGet: { path: name, port: 80 } });

/** What happens in `seconds`, line by line. Each probe gives its results in turn, the last one for ever. */
async function story(
  container: Omit<Container, "name">,
  results: Readonly<Record<string, string>>,
  seconds: number,
): Promise<readonly string[]> {
  const clock = createVirtualClock();
  const over = new AbortController();
  const lines: string[] = [];
  const tell = (line: string): void => {
    lines.push(`${clock.now() / 1000}s ${line}`);
  };
  const counts: Record<string, number> = {};
  watchHealth(
    {
      clock,
      container: { name: "app", ...container },
      perform: ({ httpGet }, signal) => {
        const name = httpGet?.path ?? "";
        const count = (counts[name] = (counts[name] ?? 0) + 1);
        const result = results[name]?.at(Math.min(count, results[name].length) - 1);
        if (result === "?") {
          return new Promise<Outcome>((resolve) => {
            signal.addEventListener("abort", () => {
              resolve({ ok: false, message: (signal.reason as Error).message });
            });
          });
        }
        return Promise.resolve<Outcome>(result === "+" ? { ok: true } : { ok: false, message: "no" });
      },
      report: ({ started, ready }) => {
        tell(`${started ? "started" : "starting"}, ${ready ? "ready" : "not ready"}`);
      },
      failed: tell,
      end: (probe, graceSeconds) => {
        tell(`end for ${probe} within ${String(graceSeconds)}`);
      },
    },
    over.signal,
  );
  await clock.advance(seconds * 1000);
  over.abort();
  await clock.advance(60_000);
  return lines;
}

test.each<[string, Omit<Container, "name">, Readonly<Record<string, string>>, number, readonly string[]]>([
  ["no probes", {}, {}, 9, ["0s started, ready"]],
  [
    "readiness comes and goes",
    { readinessProbe: { ...http("/r"), periodSeconds: 2, failureThreshold: 2 } },
    { "/r": "-++--+" },
    20,
    [
      "0s started, not ready",
      "1s Readiness probe failed: no",
      "3s started, ready",
      "7s Readiness probe failed: no",
      "9s Readiness probe failed: no",
      "9s started, not ready",
      "11s started, ready",
    ],
  ],
  [
    "liveness fails",
    { livenessProbe: { ...http("/l"), initialDelaySeconds: 5, terminationGracePeriodSeconds: 7 } },
    { "/l": "+-" },
    100,
    [
      "0s started, ready",
      "15s Liveness probe failed: no",
      "25s Liveness probe failed: no",
      "35s Liveness probe failed: no",
      "35s end for liveness within 7",
    ],
  ],
  [
    "a probe takes too long",
    { readinessProbe: { ...http("/r"), periodSeconds: 2, timeoutSeconds: 3 } },
    { "/r": "?+" },
    6,
    [
      "0s started, not ready",
      "4s Readiness probe failed: context deadline exceeded (no answer within 3 s)",
      "4s started, ready",
    ],
  ],
  [
    "startup comes first",
    { startupProbe: { ...http("/s"), periodSeconds: 1 }, livenessProbe: http("/l"), readinessProbe: http("/r") },
    { "/s": "--+", "/l": "+", "/r": "+" },
    10,
    [
      "0s starting, not ready",
      "1s Startup probe failed: no",
      "2s Startup probe failed: no",
      "3s started, not ready",
      "4s started, ready",
    ],
  ],
  [
    "startup fails",
    { startupProbe: { ...http("/s"), periodSeconds: 1, failureThreshold: 2 }, livenessProbe: http("/l") },
    { "/s": "-", "/l": "-" },
    60,
    [
      "0s starting, not ready",
      "1s Startup probe failed: no",
      "2s Startup probe failed: no",
      "2s end for startup within undefined",
    ],
  ],
])("%s", async (_, container, results, seconds, lines) => {
  expect(await story(container, results, seconds)).toEqual(lines);
});
