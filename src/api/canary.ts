import Type from "typebox";
import type { Static } from "typebox";
import type { KubeObject, Metadata } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";
import { canaryAnalysis } from "./canaryanalysis.ts";
import { canaryService } from "./canaryservice.ts";
import { canaryStatus } from "./canarystatus.ts";
import { providers } from "./providers.ts";
import type { Immutable } from "./schema.ts";
import { anyText, choice, count, flag, integer, mapOf, object, text } from "./schema.ts";

const optional = Type.Optional;

/** A reference to an object of one of few kinds in the Canary's namespace. */
const reference = <const Kinds extends string[]>(description: string, kinds: readonly [...Kinds]) => ({
  description,
  properties: {
    apiVersion: text("API group and version of the object."),
    kind: choice("Kind of the object.", kinds),
    name: text("Name of the object."),
  },
});

const target = reference("The workload whose new revisions are released.", ["DaemonSet", "Deployment", "Service"]);
const autoscaler = reference("The autoscaler of the target.", ["HorizontalPodAutoscaler", "ScaledObject"]);
const ingress = reference("The Ingress that users come through (NGINX, Skipper).", ["Ingress"]);
const route = reference("The ApisixRoute that users come through (APISIX).", ["ApisixRoute"]);
const upstream = reference("The Upstream whose settings the generated ones take over (Gloo).", ["Upstream"]);

const canarySpec = object("What is released, where users come from, and how it is judged.", {
  provider: optional(choice("Mesh or ingress that routes requests; default: the operator's.", [...providers])),
  metricsServer: optional(text("URL of the Prometheus for builtin metrics; default: the operator's.")),
  targetRef: object(target.description, target.properties),
  autoscalerRef: optional(
    object(autoscaler.description, {
      ...autoscaler.properties,
      primaryScalerQueries: optional(
        mapOf("Queries of the primary's ScaledObject, by name of the trigger (KEDA).", anyText),
      ),
      primaryScalerReplicas: optional(
        object("Limits of the primary's autoscaler; default: those of the target's.", {
          minReplicas: optional(integer("Fewest pods of the primary.", { minimum: 1 })),
          maxReplicas: optional(integer("Most pods of the primary.", { minimum: 1 })),
        }),
      ),
    }),
  ),
  ingressRef: optional(object(ingress.description, ingress.properties)),
  routeRef: optional(object(route.description, route.properties)),
  upstreamRef: optional(
    object(upstream.description, {
      ...upstream.properties,
      namespace: optional(text("Namespace of the object; default: the Canary's.")),
    }),
  ),
  service: optional(canaryService),
  analysis: canaryAnalysis,
  progressDeadlineSeconds: optional(
    count("Seconds without progress after which a rollout counts as failed; default 600."),
  ),
  skipAnalysis: optional(flag("Promote new revisions as soon as they are ready.")),
  revertOnDeletion: optional(flag("Give the workload back as it was when the Canary is deleted.")),
  suspend: optional(flag("Leave everything as it is until this is unset.")),
});

/** The schema of a Canary, from which come its types, its CustomResourceDefinition and its validation. */
export const canarySchema = object("A workload whose new revisions are released step by step.", {
  apiVersion: optional(text("Version of this schema: flagger.app/v1beta1.")),
  kind: optional(text("Kind of the object: Canary.")),
  metadata: Type.Unsafe<Metadata>({ type: "object" }),
  spec: canarySpec,
  status: optional(canaryStatus),
});

export type CanarySpec = Immutable<Static<typeof canarySpec>>;
export type CanaryService = NonNullable<CanarySpec["service"]>;
export type Analysis = CanarySpec["analysis"];
/** A condition on requests for A/B testing. */
export type MatchCondition = NonNullable<Analysis["match"]>[number];
export type MetricCheck = NonNullable<Analysis["metrics"]>[number];
export type Webhook = NonNullable<Analysis["webhooks"]>[number];
export type AlertRef = NonNullable<Analysis["alerts"]>[number];

export type CanaryStatus = Immutable<Static<typeof canaryStatus>>;
/** Headgate's own memory of the present or last run. */
export type Run = NonNullable<CanaryStatus["run"]>;
/** Where a release stands; empty before anything was done. */
export type Phase = NonNullable<CanaryStatus["phase"]>;
export type Condition = NonNullable<CanaryStatus["conditions"]>[number];

export interface Canary extends KubeObject {
  readonly spec: CanarySpec;
  readonly status?: CanaryStatus;
}

export const canaries: Resource<Canary> = {
  group: "flagger.app",
  version: "v1beta1",
  kind: "Canary",
  plural: "canaries",
  namespaced: true,
};
