import type { CanaryStatus } from "../api/canary.ts";
import { targetKind } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import { isForeign, isUntried } from "./change.ts";
import { lookAgainAt, primaryNotReady } from "./maintain.ts";
import type { Observation } from "./observation.ts";
import { applied, initial, initialRevision, record, rolloutId, settle } from "./status.ts";
import { decided, info, warning } from "./step.ts";
import type { CheckResult, Decision, Step } from "./step.ts";

/**
 * Makes the primary beside the target, waits until it is ready, and only then sends users to it and scales the target
 * to zero. A primary that never becomes ready leaves the target serving.
 */
export function initialize(seen: Observation): Step {
  const { canary, primary } = seen;
  const { name, namespace = "" } = canary.metadata;

  if (primary === undefined) {
    const checks = canary.spec.skipAnalysis === true ? [] : [{ kind: "stores" } as const];
    return { checks, conclude: (results) => makePrimary(seen, results) };
  }
  const notReady = primaryNotReady(seen);
  if (notReady !== undefined) return decided(madeFromAnother(seen) ? makeAgain(seen, notReady) : wait(seen, notReady));

  const { lastAppliedSpec = "", trackedConfigs = {} } = copied(seen);
  return decided({
    effects: [
      { kind: "ensurePrimary" },
      { kind: "ensureScaler" },
      { kind: "route", routes: allToPrimary },
      { kind: "scaleTarget", to: "zero" },
      info(`Initialization done! ${name}.${namespace}`, "Initialized"),
    ],
    status: settle(seen, "Initialized", {
      lastAppliedSpec,
      trackedConfigs,
      lastPromotedSpec: lastAppliedSpec,
      promotedConfigs: trackedConfigs,
    }),
    announcement: {
      alert: {
        severity: "info",
        text: `New ${targetKind(canary)} detected, initialization completed.`,
        facts: true,
      },
    },
  });
}

/**
 * What the primary was made from: a target that has changed since is a revision that nobody has analysed yet. Its mark
 * says so even if the status could not be written. A primary that was there already counts as made from the target if
 * they agree.
 */
function copied(seen: Observation): Pick<CanaryStatus, "lastAppliedSpec" | "trackedConfigs"> {
  const { status, targetEqualsPrimary } = seen;
  const revision = madeFrom(seen);
  if (revision === undefined) return targetEqualsPrimary ? applied(seen) : {};
  return revision === status.lastAppliedSpec ? status : { lastAppliedSpec: revision };
}

/** The revision that this Canary's initialization has made the primary from. */
function madeFrom({ primary }: Observation): string | undefined {
  const revision = primary?.isOwn === true ? initialRevision(primary.rolloutId) : undefined;
  return isForeign(revision) ? undefined : revision;
}

/** Whether this initialization has made the primary from another revision, or other configs, than the target has by now. */
function madeFromAnother(seen: Observation): boolean {
  const { status, target } = seen;
  const revision = madeFrom(seen);
  if (revision === undefined) return false;
  return revision !== target.revision || (revision === status.lastAppliedSpec && isUntried(seen));
}

/** Nobody uses the primary yet, and users of the target have its newer revision already: the primary gets it, too. */
function makeAgain(seen: Observation, notReady: string): Decision {
  const id = rolloutId(seen.target.revision, `${initial}-${seen.freshId}`);
  return {
    effects: [{ kind: "ensurePrimary" }, warning(notReady), { kind: "promote", rolloutId: id }],
    status: record(seen, { phase: "Initializing", ...applied(seen) }),
  };
}

function wait(seen: Observation, notReady: string): Decision {
  const { status } = seen;
  return {
    effects: [{ kind: "ensurePrimary" }, warning(notReady)],
    status: status.phase === "Initializing" ? status : record(seen, { phase: "Initializing" }),
    wakeAt: lookAgainAt(seen),
  };
}

/** Metric stores that cannot be reached are said now, while nothing depends on them; they hold up nothing. */
function makePrimary(seen: Observation, results: readonly CheckResult[]): Decision {
  const said = results.map(({ passed, reason }) =>
    passed ? info("all the metrics providers are available!") : warning(`Error checking metric providers: ${reason}`),
  );
  return {
    effects: [...said, { kind: "ensurePrimary" }],
    status: record(seen, { phase: "Initializing", ...applied(seen) }),
  };
}
