import { alertProviderSchema } from "../api/alertprovider.ts";
import { canarySchema } from "../api/canary.ts";
import { openApiSchema } from "../api/crds.ts";
import { metricTemplateSchema } from "../api/metrictemplate.ts";
import { validateAlertProvider, validateCanary, validateMetricTemplate } from "../api/validation.ts";
import { apiVersionOf } from "../kubernetes/resources.ts";
import { builtinResources } from "../simulator/schema/builtin.ts";
import { decodeError } from "../simulator/schema/decode.ts";
import { definition } from "../simulator/schema/definitions.ts";
import { metadataProblems } from "../simulator/schema/metadata.ts";
import { dnsSubdomain } from "../simulator/schema/names.ts";
import { childOf, unknownFields } from "../simulator/schema/prune.ts";
import type { Schema } from "../simulator/schema/schema.ts";
import { rule } from "./rule.ts";
import type { LintOptions, Rule } from "./rule.ts";
import type { Source } from "./source.ts";

type AnyObject = Source["object"];

/** A kind that is checked against its schema. */
interface Checked {
  readonly schema: Schema;
  /** What the API server refuses, each as `PATH: what is wrong`. */
  readonly refused: (object: AnyObject, options: LintOptions) => readonly string[];
}

const group = "flagger.app";
const apiVersion = `${group}/v1beta1`;

const custom: Readonly<Record<string, Checked>> = {
  Canary: {
    schema: openApiSchema(canarySchema),
    refused: (object, options) => validateCanary(object, options),
  },
  MetricTemplate: { schema: openApiSchema(metricTemplateSchema), refused: validateMetricTemplate },
  AlertProvider: { schema: openApiSchema(alertProviderSchema), refused: validateAlertProvider },
};

/** The builtin kinds that rules look at. Their schemas are read from a file, on first use. */
const builtin = builtinResources
  .filter(({ kind }) => ["Deployment", "HorizontalPodAutoscaler", "Service"].includes(kind))
  .map((resource): readonly [name: string, kind: Checked] => [
    `${apiVersionOf(resource)} ${resource.kind}`,
    {
      get schema() {
        return resource.schema;
      },
      refused: (object) =>
        resource.validate(resource.complete(object), undefined).map(({ field, message }) =>
          // One that is about the whole object shows all of it.
          field === "" ? `: ${message.replace(/^Invalid value: \{[^]*\}: /, "")}` : `${field}: ${message}`,
        ),
    },
  ]);

const byName: ReadonlyMap<string, Checked> = new Map([
  ...Object.entries(custom).map(([kind, checked]) => [`${apiVersion} ${kind}`, checked] as const),
  ...builtin,
]);

function checkedOf({ apiVersion = "", kind = "" }: AnyObject): Checked | undefined {
  return byName.get(`${apiVersion} ${kind}`);
}

/** The kind of an object that fits its schema, of those that rules look at; undefined for any other object. */
export function fittingKind(object: AnyObject, options: LintOptions): string | undefined {
  const checked = checkedOf(object);
  return checked === undefined || refusals(object, checked, options).length > 0 ? undefined : object.kind;
}

function refusals(object: AnyObject, checked: Checked, options: LintOptions): readonly string[] {
  const metadata = object.apiVersion === apiVersion ? metadataRefusals(object) : [];
  return [...metadata, ...checked.refused(object, options)];
}

/** Of a custom resource: its schema leaves metadata to the API server. */
function metadataRefusals(object: AnyObject): readonly string[] {
  const misfit = decodeError(definition("v1.ObjectMeta"), object.metadata);
  if (misfit !== undefined) return [`metadata: ${misfit}`];
  return metadataProblems(object, undefined, dnsSubdomain).map(({ field, message }) => `${field}: ${message}`);
}

/** What kubectl refuses, without knowing what the object is for. */
export const schemaRules: readonly Rule<AnyObject>[] = [
  rule(
    {
      id: "schema",
      severity: "error",
      finds: "an object that the API server refuses",
    },
    (object, options) => {
      const checked = checkedOf(object);
      if (checked === undefined) return [];
      return refusals(object, checked, options).map((line) => {
        const [, path = "", text = line] = /^([\w.[\]/-]*): ([^]*)$/.exec(line) ?? [];
        return {
          path,
          problem: `The API server refuses this: ${text}.`,
          fix:
            path === "spec.analysis" && text.startsWith("set ")
              ? "Keep one of them. Where nobody checks, iterations go before weights, and stepWeight before stepWeights."
              : "Write what the field's schema asks for.",
        };
      });
    },
  ),
  rule(
    {
      id: "unknown-field",
      severity: "error",
      finds: "a field that the schema does not know, which is often a slip of the pen",
    },
    (object) => {
      const checked = checkedOf(object);
      if (checked === undefined) return [];
      return unknownFields(checked.schema, object)
        .filter((path) => !path.startsWith("metadata."))
        .map((path) => ({
          path,
          problem: "There is no such field: kubectl refuses it, and other tools drop it without a word.",
          fix: fixOf(path, checked.schema),
        }));
    },
  ),
  rule(
    {
      id: "api-version",
      severity: "error",
      finds: `a version of Canary, MetricTemplate or AlertProvider other than ${apiVersion}, or a kind beside them`,
    },
    (object) => {
      const { apiVersion: version = "", kind = "" } = object;
      const isOurs = version.startsWith(`${group}/`) || (version === "" && Object.hasOwn(custom, kind));
      if (!isOurs || checkedOf(object) !== undefined) return [];
      const problem = `There is no ${kind} in ${version === "" ? "an apiVersion that is not given" : version}.`;
      return [{ path: "apiVersion", problem, fix: `Write ${apiVersion}, and ${Object.keys(custom).join(" or ")}.` }];
    },
  ),
];

/** The field that was meant, if one differs by capitals only or by its name in old versions. */
function fixOf(path: string, schema: Schema): string {
  if (path === "spec.canaryAnalysis") return "Call it analysis.";
  const [, parent = "", name = ""] = /^(?:(.*)\.)?([^.]+)$/.exec(path) ?? [];
  const keys = parent.split(/[.[]/).filter((key) => key !== "");
  const holder = keys.reduce<Schema | undefined>(
    (node, key) => (node === undefined || /^\d+\]$/.test(key) ? node?.items : childOf(node, key)),
    schema,
  );
  const known = Object.keys(holder?.properties ?? {});
  const meant = known.find((field) => field.toLowerCase() === name.toLowerCase());
  if (meant !== undefined) return `Call it ${meant}.`;
  return known.length === 0 ? "Take it out." : `Take it out, or use one of ${known.join(", ")}.`;
}
