import type { PodAffinityTerm, PodSpec, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import { primaryName } from "../api/names.ts";
import { withoutFlux } from "../kubernetes/flux.ts";
import { configNames, renameConfigs } from "./config-refs.ts";
import type { Rename } from "./config-refs.ts";
import { configKey } from "./config-tracking.ts";
import type { CopyOptions, Selector } from "./workload.ts";

/** The annotation of the primary's pods that says which promotion made them. */
export const rolloutAnnotation = "flagger-id";

/** Whose pods a template makes: which workload's, and the label that it selects them by. */
export interface PodsOf {
  readonly workload: string;
  readonly selector: Selector;
}

/**
 * The pod template of the primary, from that of the target: another value for the selector label, the primary's
 * copies of the tracked configs, and anti-affinity and topology spread among the primary's own pods.
 *
 * As in Flagger, a label selector speaks of the target's own pods when a key of `selectorLabels` has the workload's
 * name as its value, and of several values of an expression the first that does is rewritten. `podAffinity` stays.
 */
export function primaryTemplate(target: PodTemplateSpec, of: PodsOf, options: CopyOptions): PodTemplateSpec {
  const tracked = new Set(options.trackedConfigs.map(configKey));
  const rename: Rename = (ref) => (tracked.has(configKey(ref)) ? primaryName(ref.name) : ref.name);
  return rewritten(target, of, options.selectorLabels, rename, options.rolloutId);
}

/**
 * What `primaryTemplate` makes of the target's template when it is asked for the rollout that this primary is from,
 * with those configs tracked that this primary reads copies of. It differs from the primary in what the target does.
 */
export function counterpart(
  primary: PodTemplateSpec,
  target: PodTemplateSpec,
  of: PodsOf,
  selectorLabels: readonly string[],
): PodTemplateSpec {
  // The places are compared one by one: names do not tell a copy of `db` from an original `db-primary`.
  const names = configNames(primary.spec).values();
  const rename: Rename = ({ name }) => (names.next().value === primaryName(name) ? primaryName(name) : name);
  return rewritten(target, of, selectorLabels, rename, primary.metadata?.annotations?.[rolloutAnnotation]);
}

function rewritten(
  { metadata, spec }: PodTemplateSpec,
  { workload, selector }: PodsOf,
  selectorLabels: readonly string[],
  rename: Rename,
  rolloutId: string | undefined,
): PodTemplateSpec {
  return {
    metadata: {
      labels: { ...metadata?.labels, [selector.label]: primaryName(selector.value) },
      annotations: {
        ...withoutFlux(metadata?.annotations),
        ...(rolloutId !== undefined && { [rolloutAnnotation]: rolloutId }),
      },
    },
    ...(spec !== undefined && {
      spec: amongPrimaries(renameConfigs(spec, rename), workload, selectorLabels),
    }),
  };
}

/** Anti-affinity and topology spread that concern the workload's own pods, turned to the primary's. */
function amongPrimaries(spec: PodSpec, workload: string, selectorLabels: readonly string[]): PodSpec {
  const select = <T extends { labelSelector?: LabelSelector }>(term: T): T =>
    term.labelSelector === undefined
      ? term
      : { ...term, labelSelector: ofPrimary(term.labelSelector, workload, selectorLabels) };
  const { topologySpreadConstraints, affinity } = spec;
  const {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = affinity?.podAntiAffinity ?? {};
  return {
    ...spec,
    ...(topologySpreadConstraints !== undefined && {
      topologySpreadConstraints: topologySpreadConstraints.map(select),
    }),
    ...(affinity?.podAntiAffinity !== undefined && {
      affinity: {
        ...affinity,
        podAntiAffinity: {
          ...affinity.podAntiAffinity,
          ...(required !== undefined && {
            requiredDuringSchedulingIgnoredDuringExecution: required.map<PodAffinityTerm>(select),
          }),
          ...(preferred !== undefined && {
            preferredDuringSchedulingIgnoredDuringExecution: preferred.map((each) => ({
              ...each,
              podAffinityTerm: select(each.podAffinityTerm),
            })),
          }),
        },
      },
    }),
  };
}

function ofPrimary(selector: LabelSelector, workload: string, selectorLabels: readonly string[]): LabelSelector {
  const { matchLabels, matchExpressions } = selector;
  const isOwn = (key: string, value: string) => selectorLabels.includes(key) && value === workload;
  return {
    ...selector,
    ...(matchLabels !== undefined && {
      matchLabels: Object.fromEntries(
        Object.entries(matchLabels).map(([key, value]) => [key, isOwn(key, value) ? primaryName(value) : value]),
      ),
    }),
    ...(matchExpressions !== undefined && {
      matchExpressions: matchExpressions.map(({ values, ...expression }) => {
        const own = values?.findIndex((value) => isOwn(expression.key, value)) ?? -1;
        return {
          ...expression,
          ...(values !== undefined && { values: values.map((value, at) => (at === own ? primaryName(value) : value)) }),
        };
      }),
    }),
  };
}
