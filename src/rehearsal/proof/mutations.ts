import type { Observation } from "../../release/observation.ts";
import { nextStep } from "../../release/release.ts";
import { decided } from "../../release/step.ts";
import type { Decision, Effect, Step } from "../../release/step.ts";

/** An operator that decides wrongly in one way. */
export interface Mutation {
  /** The invariant that this way breaks: see docs/safety.md. */
  readonly invariant: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly what: string;
  /** Of the random releases among whose first ten one breaks the invariant. */
  readonly seed: number;
  /** Makes the decisions of one operator. */
  readonly decide: () => (seen: Observation) => Step;
}

const ready = { kind: "ready" } as const;

/** Decides by what it did not see. */
const seeing =
  (mistake: (seen: Observation) => Partial<Observation>) =>
  () =>
  (seen: Observation): Step =>
    nextStep({ ...seen, ...mistake(seen) });

/** Does something else than it decided. */
const doing =
  (mistake: (decision: Decision) => Decision) =>
  () =>
  (seen: Observation): Step => {
    const { checks, conclude } = nextStep(seen);
    return { checks, conclude: (results) => mistake(conclude(results)) };
  };

/** One operator for each invariant, to show that breaking it is noticed. */
export const mutations: readonly Mutation[] = [
  {
    invariant: 1,
    what: "takes the canary's pods for ready as soon as they are asked for",
    seed: 1,
    decide: seeing(({ target }) => ({ target: { ...target, readiness: ready, available: 2, availableSince: 0 } })),
  },
  {
    invariant: 2,
    what: "gives the canary its share without taking it from the primary",
    seed: 1,
    decide: doing((decision) => ({
      ...decision,
      effects: decision.effects.map((effect) =>
        effect.kind === "route" ? { ...effect, routes: { ...effect.routes, primary: 100 } } : effect,
      ),
    })),
  },
  {
    invariant: 3,
    what: "sends users to the new primary before it is ready",
    seed: 1,
    decide: seeing(({ primary, status }) =>
      primary !== undefined && status.phase === "Initializing"
        ? { primary: { ...primary, readiness: ready, available: 2 } }
        : {},
    ),
  },
  {
    invariant: 4,
    what: "ends a promotion, with users back on the primary, though its new pods do not become ready",
    seed: 1,
    decide: seeing(({ primary, status }) =>
      primary !== undefined && ["Promoting", "Finalising"].includes(status.phase ?? "")
        ? { primary: { ...primary, readiness: ready, available: 2 } }
        : {},
    ),
  },
  {
    invariant: 5,
    what: "lets a newer revision inherit the progress of the one before",
    seed: 1,
    decide: seeing(({ status, target }) =>
      status.phase === "Progressing" ? { status: { ...status, lastAppliedSpec: target.revision } } : {},
    ),
  },
  {
    invariant: 6,
    what: "tells each alert twice",
    seed: 1,
    decide: doing((decision) => ({
      ...decision,
      effects: decision.effects.flatMap((effect): readonly Effect[] =>
        effect.kind === "alert"
          ? [effect, { kind: "alert", alert: { ...effect.alert, facts: !effect.alert.facts } }]
          : [effect],
      ),
    })),
  },
  {
    invariant: 7,
    what: "goes on only with runs that it has begun itself",
    seed: 1,
    decide: () => {
      const begun = new Set<string>();
      return (seen) => {
        const { phase = "", run } = seen.status;
        const isForeign = phase === "Progressing" && run !== undefined && !begun.has(run.id);
        if (isForeign) return decided({ effects: [], status: seen.status });
        const { checks, conclude } = nextStep(seen);
        return {
          checks,
          conclude: (results) => {
            const decision = conclude(results);
            begun.add(decision.status.run?.id ?? "");
            return decision;
          },
        };
      };
    },
  },
];
