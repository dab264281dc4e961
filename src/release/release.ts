import { analyse } from "./analyse.ts";
import { withCookies } from "./cookies.ts";
import { finalize, finalizer } from "./finalize.ts";
import { initialize } from "./initialize.ts";
import type { Observation } from "./observation.ts";
import { finish, promote } from "./promote.ts";
import { rest } from "./rest.ts";
import { decided, info } from "./step.ts";
import type { Decision, Step } from "./step.ts";
import { remember, tellNext } from "./tell.ts";

/** What to do next for one Canary. */
export function nextStep(seen: Observation): Step {
  const { finalizers = [], deletionTimestamp } = seen.canary.metadata;
  const wanted = seen.canary.spec.revertOnDeletion === true;
  if (deletionTimestamp === undefined && finalizers.includes(finalizer) !== wanted) {
    // Another version of the Canary comes of this: the rest follows when that is seen.
    return decided({ effects: [{ kind: "finalizer", present: wanted }], status: seen.status });
  }
  const telling = tellNext(seen);
  if (telling !== undefined) return decided(telling);
  const { checks, conclude } = phaseStep(seen);
  return { checks, conclude: (results) => complete(seen, conclude(results)) };
}

/** What every phase leaves to this place: the cookies that go with the routes, and what is to be told. */
function complete(seen: Observation, decision: Decision): Decision {
  const status = decision.status === seen.status ? seen.status : withCookies(seen, decision.status);
  return remember(seen, { ...decision, status });
}

function phaseStep(seen: Observation): Step {
  const { canary, status } = seen;
  if (canary.metadata.deletionTimestamp !== undefined) return finalize(seen);
  if (canary.spec.suspend === true) {
    return decided({ effects: [info("skipping canary run as object is suspended")], status });
  }
  switch (status.phase ?? "") {
    case "":
    case "Initializing":
      return initialize(seen);
    case "Initialized":
    case "Waiting":
    case "Succeeded":
    case "Failed":
      return rest(seen);
    case "Progressing":
    case "WaitingPromotion":
      return analyse(seen);
    case "Promoting":
      return promote(seen);
    case "Finalising":
      return finish(seen);
    case "Terminating":
    case "Terminated":
      return decided({ effects: [], status });
  }
}
