import { primaryName, targetName } from "../api/names.ts";
import { allToPrimary } from "../api/routes.ts";
import { maintain } from "./maintain.ts";
import type { Observation } from "./observation.ts";
import { promoted, rolloutId, runOf, settle } from "./status.ts";
import { info } from "./step.ts";
import type { Decision } from "./step.ts";

/** The Canary asks for no analysis: the ready target is promoted as it is, while the primary goes on serving. */
export function skip(seen: Observation): Decision {
  const { canary, status } = seen;
  const { namespace = "" } = canary.metadata;
  const target = targetName(canary);
  return {
    effects: [
      ...maintain(allToPrimary),
      info(`Copying ${target}.${namespace} template spec to ${primaryName(target)}.${namespace}`),
      { kind: "promote", rolloutId: rolloutId(status.lastAppliedSpec ?? "", runOf(status).id) },
      { kind: "syncScaler" },
      info(`Promotion completed! Canary analysis was skipped for ${target}.${namespace}`, "Succeeded"),
      { kind: "scaleTarget", to: "zero" },
    ],
    status: settle(seen, "Succeeded", promoted(seen)),
    announcement: {
      alert: { severity: "info", text: "Canary analysis was skipped, promotion finished.", facts: false },
      postRollout: "Succeeded",
    },
    finished: { outcome: "succeeded", analysis: "skipped" },
  };
}
