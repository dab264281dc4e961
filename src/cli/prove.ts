import { randomInt } from "node:crypto";
import { tryCrashPoints } from "../rehearsal/proof/crash-points.ts";
import type { Violation } from "../rehearsal/proof/invariants.ts";
import type { Plan } from "../rehearsal/proof/plan.ts";
import { playRandomPlans } from "../rehearsal/proof/random-runs.ts";
import { strategies } from "../rehearsal/proof/strategies.ts";
import type { ProveFlags } from "./prove-flags.ts";

interface Output {
  readonly stdout: { write(text: string): unknown };
}

/** Progress is told at most this often, in milliseconds. */
const progressMs = 10_000;
const mostSeed = 2 ** 31 - 1;

/** Tries to break the invariants, and prints what was tried. @returns the exit code: 1 when one is broken */
export async function runProve(flags: ProveFlags, { stdout }: Output): Promise<number> {
  const { runs, path, seed = randomInt(1, mostSeed) } = flags;
  if (path !== undefined && flags.seed === undefined) throw new Error("--path needs the --seed that came with it");
  const say = (line: string): void => {
    stdout.write(`${line}\n`);
  };
  const isSound = !flags.crashPoints || (await proveCrashPoints(say));

  const began = performance.now();
  const perSecond = (done: number): string => (done / ((performance.now() - began) / 1000)).toFixed(1);
  let told = began;
  let played = 0;
  const failure = await playRandomPlans({
    runs,
    seed,
    ...(path !== undefined && { path }),
    onRun: (done) => {
      played = done;
      if (performance.now() - told < progressMs) return;
      told = performance.now();
      say(`${done} of ${runs} random releases played, ${perSecond(done)} a second`);
    },
  });
  if (failure === undefined) {
    say(`${played} random releases of seed ${seed}: no invariant broken; ${perSecond(played)} a second`);
    return isSound ? 0 : 1;
  }
  say(
    `Broken, and made as short as could be. Play it again:\n\n  headgate prove --seed ${seed} --path ${failure.path}\n`,
  );
  show(say, failure.plan, failure.violations, failure.story);
  return 1;
}

async function proveCrashPoints(say: (line: string) => void): Promise<boolean> {
  let isSound = true;
  for (const strategy of Object.keys(strategies)) {
    const { tried, broken } = await tryCrashPoints(strategy);
    say(`${strategy}: ${tried} crash points, ${tried - broken.length} passed`);
    for (const { plan, outcome, expected } of broken) {
      isSound = false;
      say(`It ends as ${outcome.end}, and should as ${expected}.`);
      show(say, plan, outcome.violations, outcome.story);
    }
  }
  return isSound;
}

function show(
  say: (line: string) => void,
  plan: Plan,
  violations: readonly Violation[],
  story: readonly string[],
): void {
  say(`Plan: ${JSON.stringify(plan)}\n`);
  for (const { invariant, what, at } of violations) say(`Invariant ${invariant}, at ${at} s: ${what}`);
  say(`\n${story.join("\n")}\n`);
}
