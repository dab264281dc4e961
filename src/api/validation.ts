import { Ajv } from "ajv";
import type { ErrorObject, ValidateFunction } from "ajv";
import type { TSchema } from "typebox";
import type { AlertProvider } from "./alertprovider.ts";
import { alertProviderSchema } from "./alertprovider.ts";
import type { Canary } from "./canary.ts";
import { canarySchema } from "./canary.ts";
import { brokenRules } from "./canaryrules.ts";
import type { RuleOptions } from "./canaryrules.ts";
import { openApiSchema } from "./crds.ts";
import type { MetricTemplate } from "./metrictemplate.ts";
import { metricTemplateSchema } from "./metrictemplate.ts";
import { explain } from "./schemaerror.ts";

/** A validator that reads schemas as the API server does: Kubernetes' formats and extensions included. */
export function kubernetesAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, verbose: true, strictTypes: false });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i);
  ajv.addKeyword({
    keyword: "x-kubernetes-int-or-string",
    validate: (_schema: unknown, value: unknown) => typeof value === "string" || Number.isInteger(value),
  });
  // CEL rules run in the API server only: `brokenRules` has them too.
  ajv.addVocabulary(["x-kubernetes-validations"]);
  return ajv;
}

const ajv = kubernetesAjv();
const isCanary = compile<Canary>(canarySchema);
const isMetricTemplate = compile<MetricTemplate>(metricTemplateSchema);
const isAlertProvider = compile<AlertProvider>(alertProviderSchema);

function compile<T>(schema: TSchema): ValidateFunction<T> {
  return ajv.compile<T>(openApiSchema(schema));
}

/**
 * What is wrong with a Canary: one line each, which begins with the path of the field and says what to write there.
 * Empty for a valid one.
 */
export function validateCanary(object: unknown, options: RuleOptions): readonly string[] {
  return isCanary(object) ? brokenRules(object, options) : explanations(isCanary.errors);
}

/** What is wrong with a MetricTemplate, as `validateCanary` says it. */
export function validateMetricTemplate(object: unknown): readonly string[] {
  return isMetricTemplate(object) ? [] : explanations(isMetricTemplate.errors);
}

/** What is wrong with an AlertProvider, as `validateCanary` says it. */
export function validateAlertProvider(object: unknown): readonly string[] {
  return isAlertProvider(object) ? [] : explanations(isAlertProvider.errors);
}

function explanations(errors: readonly ErrorObject[] | null | undefined): readonly string[] {
  return (errors ?? []).flatMap((error) => explain(error) ?? []);
}
