import type { Canary } from "../api/canary.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { Kinds, LintOptions, Rule, Scene, Severity } from "./rule.ts";
import { canaryRules, ownRules } from "./rules.ts";
import { fittingKind, schemaRules } from "./schema.ts";
import type { Source } from "./source.ts";

/** One mistake, and where it stands. */
export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly kind: string;
  /** Empty where the file does not say it. */
  readonly namespace: string;
  readonly name: string;
  /** The field; empty for the whole object. */
  readonly path: string;
  readonly severity: Severity;
  /** The id of the rule: docs/lint.md. */
  readonly rule: string;
  readonly problem: string;
  readonly fix: string;
}

/**
 * What is wrong with the Canaries among the objects and with what belongs to them, in the order of the files and lines.
 * An object that does not fit its schema is asked nothing else.
 */
export function lint(sources: readonly Source[], options: LintOptions): readonly Finding[] {
  const scene = sceneOf(sources, options);
  const places = new Map<KubeObject, Source>(sources.map((source) => [source.object, source]));

  const apply = <T extends KubeObject>(rules: readonly Rule<T>[], subject: T): readonly Finding[] =>
    rules.flatMap((rule) =>
      rule.find(subject, scene).flatMap(({ path, problem, fix, object = subject }): readonly Finding[] => {
        const place = places.get(object);
        return place === undefined
          ? []
          : [{ ...whereabouts(place, path), severity: rule.severity, rule: rule.id, problem, fix }];
      }),
    );

  const findings = [
    ...sources.flatMap(({ object }) => apply(schemaRules, object)),
    ...scene.metricTemplates.flatMap((template) => apply(ownRules.metricTemplate, template)),
    ...scene.alertProviders.flatMap((provider) => apply(ownRules.alertProvider, provider)),
    ...scene.canaries.flatMap((canary: Canary) => apply(canaryRules(canary), canary)),
  ];
  const files = [...new Set(sources.map(({ file }) => file))];
  return findings.toSorted((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
}

function whereabouts({ file, object, lineOf }: Source, path: string) {
  const { kind = "", metadata } = object;
  return { file, line: lineOf(path), kind, namespace: metadata.namespace ?? "", name: metadata.name, path };
}

function sceneOf(sources: readonly Source[], options: LintOptions): Scene {
  const objects = sources.map(({ object }) => object);
  const fitting = objects.map((object) => ({ kind: fittingKind(object, options), object }));
  // An object that fits the schema of its kind is of the type that goes with it.
  const of = <Kind extends keyof Kinds>(wanted: Kind): readonly Kinds[Kind][] =>
    fitting.flatMap(({ kind, object }) => (kind === wanted ? [object as KubeObject as Kinds[Kind]] : []));
  return {
    ...options,
    objects,
    canaries: of("Canary"),
    metricTemplates: of("MetricTemplate"),
    alertProviders: of("AlertProvider"),
    deployments: of("Deployment"),
    autoscalers: of("HorizontalPodAutoscaler"),
    services: of("Service"),
  };
}
