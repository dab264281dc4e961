import type { AlertProvider } from "../api/alertprovider.ts";
import type { Canary } from "../api/canary.ts";
import type { MetricTemplate } from "../api/metrictemplate.ts";
import { hookRules, skipRules } from "./hooks.ts";
import { metricRules } from "./metrics.ts";
import { providerRules } from "./provider.ts";
import { referenceRules } from "./references.ts";
import type { About, Rule } from "./rule.ts";
import { schemaRules } from "./schema.ts";
import { stepRules } from "./steps.ts";
import { targetRules } from "./target.ts";
import { alertProviderRules, metricTemplateRules, queryRules } from "./templates.ts";
import { timingRules } from "./timing.ts";

/** What is asked of the analysis, where there is one. */
const analysisRules: readonly Rule[] = [...stepRules, ...timingRules, ...metricRules, ...queryRules, ...hookRules];

/** The rules for a Canary. */
export function canaryRules({ spec }: Canary): readonly Rule[] {
  const always = [...skipRules, ...providerRules, ...referenceRules, ...targetRules];
  return spec.skipAnalysis === true ? always : [...analysisRules, ...always];
}

/** The rules for the other kinds that are Headgate's own. */
export const ownRules: {
  readonly metricTemplate: readonly Rule<MetricTemplate>[];
  readonly alertProvider: readonly Rule<AlertProvider>[];
} = { metricTemplate: metricTemplateRules, alertProvider: alertProviderRules };

/** All rules by family, as docs/lint.md lists them. */
export const families: Readonly<Record<string, readonly About[]>> = {
  Schema: schemaRules,
  Steps: stepRules,
  Time: timingRules,
  Metrics: [...metricRules, ...queryRules, ...metricTemplateRules],
  "Hooks and alerts": [...hookRules, ...skipRules, ...alertProviderRules],
  Provider: providerRules,
  "Other objects": referenceRules,
  Target: targetRules,
};
