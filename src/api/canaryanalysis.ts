import Type from "typebox";
import { anyText, choice, count, flag, listOf, mapOf, object, quantity, text } from "./schema.ts";
import { headerMatch, stringMatch } from "./stringmatch.ts";

const optional = Type.Optional;

/** Flagger's pattern for durations. It looks at the beginning only: `1m30s` passes, `1h` does not. */
export const durationPattern = "^[0-9]+(m|s)";

const duration = (description: string) => text(description, { pattern: durationPattern });

const metric = object("One check of a number that a metrics store gives.", {
  name: text("request-success-rate, request-duration, or a name of your own for a template or query."),
  interval: optional(duration("Window that the query looks back over; default 1m.")),
  threshold: optional(
    quantity("Largest accepted value, for request-success-rate the smallest. Deprecated: use thresholdRange."),
  ),
  thresholdRange: optional(
    object("Accepted values, both ends included.", {
      min: optional(quantity("Smallest accepted value.")),
      max: optional(quantity("Largest accepted value.")),
    }),
  ),
  query: optional(text("A PromQL query that gives one number. Deprecated: use templateRef.")),
  templateRef: optional(
    object("The MetricTemplate with the query.", {
      name: text("Name of the MetricTemplate."),
      namespace: optional(text("Namespace of the MetricTemplate; default: the Canary's.")),
    }),
  ),
  templateVariables: optional(mapOf("Values for the variables of the MetricTemplate's query.", anyText)),
});

const webhook = object("One HTTP endpoint to ask or to tell.", {
  name: text("Name of the webhook, shown in events."),
  type: optional(
    choice("When it is called; default rollout.", [
      "",
      "confirm-rollout",
      "pre-rollout",
      "rollout",
      "confirm-promotion",
      "post-rollout",
      "event",
      "rollback",
      "confirm-traffic-increase",
    ]),
  ),
  muteAlert: optional(flag("Send no alert when this gate is closed.")),
  url: text("URL that gets a POST request; an answer of up to 202 passes."),
  timeout: optional(duration("Timeout of one call; default 10s.")),
  retries: optional(count("Further calls after a failed one; default 0.")),
  disableTLS: optional(flag("Do not verify the server's certificate.")),
  metadata: optional(mapOf("Sent along in the request's body.", anyText)),
});

const alert = object("Whom to tell, and of what.", {
  name: text("Name of the alert."),
  severity: optional(choice("Least severity that is sent; default info.", ["", "info", "warn", "error"])),
  providerRef: object("The AlertProvider to send through.", {
    name: text("Name of the AlertProvider."),
    namespace: optional(text("Namespace of the AlertProvider; default: the Canary's.")),
  }),
});

const sessionAffinity = object("Keep a user on the version that they first met, by cookies (Istio, Gateway API).", {
  cookieName: text("Cookie of users who met the canary."),
  primaryCookieName: optional(text("Cookie of users who met the primary; unset: only the canary's users are kept.")),
  domain: optional(text("Domain that the cookie is sent to.")),
  httpOnly: optional(flag("Hide the cookie from scripts.")),
  maxAge: optional(count("Lifetime of the cookie in seconds.", { default: 86400 })),
  partitioned: optional(flag("Keep the cookie apart per top-level site.")),
  path: optional(text("Path that the cookie is sent for.")),
  sameSite: optional(choice("Whether the cookie goes along on requests from other sites.", ["Strict", "Lax", "None"])),
  secure: optional(flag("Send the cookie over HTTPS only.")),
});

const match = object("All of these conditions together.", {
  headers: optional(mapOf("Conditions by header name.", headerMatch("Value of the header."))),
  queryParams: optional(mapOf("Conditions by query parameter.", stringMatch("Value of the query parameter."))),
  sourceLabels: optional(
    mapOf("Labels of the pod that sends the request, when service.gateways has mesh (Istio).", anyText),
  ),
});

/** `spec.analysis`: how a new revision is tried and judged. */
export const canaryAnalysis = object(
  "How a new revision is tried and judged: interval and threshold, and one of iterations, stepWeight, stepWeights.",
  {
    interval: optional(duration("Time between two analyses, e.g. 1m or 30s.")),
    threshold: optional(count("Failed checks after which the canary is rolled back.")),
    iterations: optional(count("Analyses before promotion: A/B testing with match, blue/green without.")),
    maxWeight: optional(count("Weight of the canary, in percent, at which it is promoted; default 100.")),
    stepWeight: optional(count("By how many percent the canary's weight grows with every analysis.")),
    stepWeights: optional(
      listOf("Weights of the canary, in percent, one after the other.", Type.Number({ multipleOf: 1 })),
    ),
    stepWeightPromotion: optional(
      count("By how many percent traffic goes back to the primary after promotion; default: all at once."),
    ),
    primaryReadyThreshold: optional(
      count("Share of the primary's pods that must be available, in percent; default 100."),
    ),
    canaryReadyThreshold: optional(
      count("Share of the canary's pods that must be available, in percent; default 100."),
    ),
    mirror: optional(flag("Before users meet the canary, send it a copy of their requests.")),
    mirrorWeight: optional(count("Share of requests that is copied, in percent; default all (Istio).")),
    match: optional(listOf("Requests that the canary gets in A/B testing: any of these.", match)),
    metrics: optional(listOf("Numbers that are checked at every analysis.", metric)),
    webhooks: optional(listOf("Gates, tests and load generators.", webhook)),
    alerts: optional(listOf("Who is told; unset: the operator's own notifier.", alert)),
    sessionAffinity: optional(sessionAffinity),
  },
  {
    oneOf: ["iterations", "stepWeight", "stepWeights"].map((field) => ({ required: ["interval", "threshold", field] })),
  },
);
