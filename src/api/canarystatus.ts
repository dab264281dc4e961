import Type from "typebox";
import { anyText, choice, flag, integer, listOf, mapOf, object, quantity, text } from "./schema.ts";

const optional = Type.Optional;

const time = (description: string) => text(description, { format: "date-time" });

const condition = object("One condition of the release.", {
  type: text("Type of the condition: Promoted."),
  status: text("True, False or Unknown."),
  reason: text("The phase."),
  message: optional(text("The phase in words.")),
  lastUpdateTime: optional(time("When reason or status changed last.")),
  lastTransitionTime: optional(time("When status changed last.")),
});

const pending = object("What this status is yet to tell: recorded with it, so that a restart loses nothing.", {
  alert: optional(
    object("The alert to send.", {
      severity: choice("How grave it is.", ["info", "warn", "error"]),
      text: text("What it says."),
      facts: flag("It has the table of target, threshold, deadline and routing."),
    }),
  ),
  postRollout: optional(choice("Phase to tell the post-rollout webhooks.", ["Succeeded", "Failed"])),
});

const routes = (description: string) =>
  object(description, {
    primary: integer("Share of the primary, in percent."),
    canary: integer("Share of the canary, in percent."),
    mirrored: flag("The canary gets a copy of the primary's requests."),
    rest: optional(choice("Where users go whom the release is not about: to the primary unless told.", ["canary"])),
  });

const run = object("Headgate's memory of the present or last run.", {
  id: text("Identifier of the run, never used twice."),
  revision: optional(text("Hash of the revision that is released.")),
  started: flag("The pre-rollout webhooks have passed."),
  primaryReady: optional(flag("The primary was ready when the run began.")),
  checkedAt: optional(time("When the last analysis was due.")),
  routes: routes("Where requests go."),
  planned: optional(routes("Where requests would go by now, if the primary had pods for them.")),
  leaving: optional(flag("Users leave the primary, of which all pods go at once when it is replaced.")),
  lastReason: optional(text("Why the last check failed, or what the release waits for.")),
  pending: optional(pending),
});

/** `status` of a Canary. */
export const canaryStatus = object("Where the release stands.", {
  phase: optional(
    choice("Phase of the release.", [
      "",
      "Initializing",
      "Initialized",
      "Waiting",
      "Progressing",
      "WaitingPromotion",
      "Promoting",
      "Finalising",
      "Succeeded",
      "Failed",
      "Terminating",
      "Terminated",
    ]),
  ),
  failedChecks: optional(quantity("Failed checks of the present or last run.")),
  canaryWeight: optional(quantity("Share of requests that the canary gets, in percent.")),
  iterations: optional(quantity("Iterations done in the present run.")),
  trackedConfigs: optional(mapOf("Checksums of the target's ConfigMaps and Secrets.", anyText)),
  promotedConfigs: optional(mapOf("Checksums of the ConfigMaps and Secrets that the primary got copies of.", anyText)),
  lastAppliedSpec: optional(text("Hash of the revision that was tried last.")),
  lastPromotedSpec: optional(text("Hash of the revision that the primary runs.")),
  lastTransitionTime: optional(time("When the status changed last.")),
  sessionAffinityCookie: optional(text("Cookie of users who met the canary in this run.")),
  primarySessionAffinityCookie: optional(text("Cookie of users who met the primary in this run.")),
  previousSessionAffinityCookie: optional(text("Cookie of users who met the canary in the run before.")),
  conditions: optional(listOf("Conditions of the release.", condition)),
  run: optional(run),
});
