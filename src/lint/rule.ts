import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v2.d.ts";
import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { Service } from "kubernetes-types/core/v1.d.ts";
import type { AlertProvider } from "../api/alertprovider.ts";
import type { Canary } from "../api/canary.ts";
import type { MetricTemplate } from "../api/metrictemplate.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { Stored } from "../kubernetes/resources.ts";

/** error: it cannot work. warning: it works, and will surprise. note: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** One thing that is wrong. Problem and fix are a sentence or two each. */
export interface Slip {
  /** The field, such as `spec.analysis.metrics[0]`, whether it is there or missing; empty for the whole object. */
  readonly path: string;
  readonly problem: string;
  readonly fix: string;
  /** The object that it is about, where that is not the one that the rule was given. */
  readonly object?: KubeObject;
}

/** What a rule is, for people. */
export interface About {
  /** The name that findings and docs/lint.md know it by. */
  readonly id: string;
  readonly severity: Severity;
  /** What it finds, in one line of docs/lint.md. */
  readonly finds: string;
}

/** One kind of mistake, looked for in objects of type `T` that fit their schema. */
export interface Rule<T extends KubeObject = Canary> extends About {
  readonly find: (object: T, scene: Scene) => readonly Slip[];
}

/** A rule on whole objects. */
export function rule<T extends KubeObject = Canary>(about: About, find: Rule<T>["find"]): Rule<T> {
  return { ...about, find };
}

/** What the operator's flags say, as far as rules go by them. */
export interface LintOptions {
  /** The provider of Canaries that name none; empty when it is not known. */
  readonly meshProvider: string;
  /** Milliseconds. */
  readonly intervalFloorMs: number;
  readonly selectorLabels: readonly string[];
  readonly noCrossNamespaceRefs: boolean;
}

/** The types of the kinds that rules look at. */
export interface Kinds {
  readonly Canary: Canary;
  readonly MetricTemplate: MetricTemplate;
  readonly AlertProvider: AlertProvider;
  readonly Deployment: Stored<Deployment>;
  readonly HorizontalPodAutoscaler: Stored<HorizontalPodAutoscaler>;
  readonly Service: Stored<Service>;
}

/** Everything in the files. The typed lists hold the objects that fit their schemas. */
export interface Scene extends LintOptions {
  readonly objects: readonly KubeObject[];
  readonly canaries: readonly Canary[];
  readonly metricTemplates: readonly MetricTemplate[];
  readonly alertProviders: readonly AlertProvider[];
  readonly deployments: readonly Kinds["Deployment"][];
  readonly autoscalers: readonly Kinds["HorizontalPodAutoscaler"][];
  readonly services: readonly Kinds["Service"][];
}
