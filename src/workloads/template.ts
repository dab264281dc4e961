import type { PodAffinityTerm, PodSpec, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import { primaryName } from "../api/names.ts";
import { withoutFlux } from "../kubernetes/flux.ts";
import { renameConfigs } from "./config-refs.ts";
import type { CopyOptions, Selector } from "./workload.ts";

/** The annotation of the primary's pods that says which promotion made them. */
export const rolloutAnnotation = "flagger-id";

/**
 * The pod template of the primary, from that of the target: another value for the selector label, the primary's
 * copies of the tracked configs, and anti-affinity and topology spread among the primary's own pods.
 *
 * As in Flagger, a label selector speaks of the target's own pods when a key of `selectorLabels` has the workload's
 * name as its value, and of several values of an expression the first that does is rewritten. `podAffinity` stays.
 */
export function primaryTemplate(
  template: PodTemplateSpec,
  workload: string,
  selector: Selector,
  options: CopyOptions,
): PodTemplateSpec {
  const { metadata, spec } = template;
  const tracked = new Set(options.trackedConfigs.map(({ kind, name }) => `${kind}/${name}`));
  const copied = (kind: string, name: string) => (tracked.has(`${kind}/${name}`) ? primaryName(name) : name);
  return {
    metadata: {
      labels: { ...metadata?.labels, [selector.label]: primaryName(selector.value) },
      annotations: { ...withoutFlux(metadata?.annotations), [rolloutAnnotation]: options.rolloutId },
    },
    ...(spec !== undefined && {
      spec: renamePods(
        renameConfigs(spec, ({ kind, name }) => copied(kind, name)),
        options.selectorLabels,
        (values) => {
          const own = values.indexOf(workload);
          return values.map((value, at) => (at === own ? primaryName(value) : value));
        },
      ),
    }),
  };
}

/** A template in which nothing tells target and primary apart, for comparing the two. */
export function withoutRole(template: PodTemplateSpec, selectorLabels: readonly string[]): PodTemplateSpec {
  const { metadata, spec } = template;
  const labels = Object.entries(metadata?.labels ?? {}).map(
    ([key, value]) => [key, selectorLabels.includes(key) ? withoutSuffix(value) : value] as const,
  );
  const annotations = Object.entries(withoutFlux(metadata?.annotations)).filter(([key]) => key !== rolloutAnnotation);
  return {
    metadata: {
      ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
      ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
    },
    ...(spec !== undefined && {
      spec: renamePods(
        renameConfigs(spec, ({ name }) => withoutSuffix(name)),
        selectorLabels,
        (values) => values.map(withoutSuffix),
      ),
    }),
  };
}

const suffix = primaryName("");

function withoutSuffix(name: string): string {
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** Other values for the given labels wherever anti-affinity or topology spread select pods by them. */
function renamePods(
  spec: PodSpec,
  labels: readonly string[],
  rename: (values: readonly string[]) => string[],
): PodSpec {
  const select = <T extends { labelSelector?: LabelSelector }>(term: T): T =>
    term.labelSelector === undefined
      ? term
      : { ...term, labelSelector: renameSelector(term.labelSelector, labels, rename) };
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

function renameSelector(
  selector: LabelSelector,
  labels: readonly string[],
  rename: (values: readonly string[]) => string[],
): LabelSelector {
  const { matchLabels, matchExpressions } = selector;
  return {
    ...selector,
    ...(matchLabels !== undefined && {
      matchLabels: Object.fromEntries(
        Object.entries(matchLabels).map(([key, value]) => [
          key,
          labels.includes(key) ? (rename([value])[0] ?? value) : value,
        ]),
      ),
    }),
    ...(matchExpressions !== undefined && {
      matchExpressions: matchExpressions.map((expression) =>
        expression.values !== undefined && labels.includes(expression.key)
          ? { ...expression, values: rename(expression.values) }
          : expression,
      ),
    }),
  };
}
