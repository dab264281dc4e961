import { isBuiltin } from "../api/builtin-metric.ts";
import type { Phase } from "../api/canary.ts";
import { given } from "../api/given.ts";
import type { Observation } from "./observation.ts";
import type { Check, CheckResult, HookType } from "./step.ts";

export type HookCheck = Extract<Check, { readonly kind: "hook" }>;

/** The Canary's hooks of one type, in the order of its spec. `phase` is what their payload will say. */
export function hookChecks({ analysis }: Observation, type: HookType, phase: Phase): readonly HookCheck[] {
  return analysis.webhooks.filter((hook) => hook.type === type).map((hook) => ({ kind: "hook", type, hook, phase }));
}

/** The metrics: builtin and inline queries first, then those of templates, each in the order of the spec. */
export function metricChecks({ analysis }: Observation): readonly Check[] {
  const inline = analysis.metrics.filter(({ templateRef, query, name }) => {
    return templateRef === undefined || given(query) !== undefined || isBuiltin(name);
  });
  const templates = analysis.metrics.filter(({ templateRef }) => templateRef !== undefined);
  return [
    ...inline.map((metric): Check => {
      const { templateRef: _, ...rest } = metric;
      return { kind: "metric", metric: rest };
    }),
    ...templates.map((metric): Check => ({ kind: "metric", metric })),
  ];
}

/** The gate that stands in the way: the result of a hook of this type that did not pass. */
export function closedGate(results: readonly CheckResult[], type: HookType): HookCheck | undefined {
  const closed = results.find(({ check, passed }) => !passed && check.kind === "hook" && check.type === type);
  return closed?.check.kind === "hook" ? closed.check : undefined;
}

/** The names of the hooks of this type that passed. */
export function passedHooks(results: readonly CheckResult[], type: HookType): readonly string[] {
  return results.flatMap(({ check, passed }) =>
    passed && check.kind === "hook" && check.type === type ? [check.hook.name] : [],
  );
}
