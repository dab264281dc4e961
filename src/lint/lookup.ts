import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import { resolveAnalysis } from "../api/analysis.ts";
import type { ResolvedAnalysis } from "../api/analysis.ts";
import type { Canary } from "../api/canary.ts";
import { given } from "../api/given.ts";
import { targetName } from "../api/names.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { nextStep } from "../release/weights.ts";
import type { LintOptions, Scene } from "./rule.ts";

/** The Canary's provider, or the operator's; empty when it is not known. */
export function providerOf({ spec }: Canary, { meshProvider }: LintOptions): string {
  return spec.provider ?? meshProvider;
}

/** The analysis as the operator reads it. */
export function analysisOf(canary: Canary, options: LintOptions): ResolvedAnalysis {
  return resolveAnalysis(canary, providerOf(canary, options), options.intervalFloorMs);
}

/** Whether users are sent to the canary by weights. */
export function hasWeights({ iterations, stepWeight, stepWeights }: ResolvedAnalysis): boolean {
  return iterations === 0 && (stepWeight !== 0 || stepWeights.length > 0);
}

/** More weights than any run can take. */
const mostWeights = 200;

/** The weights of a run in which every check passes, in percent, and whether it ends with a promotion. */
export function weightsOf(analysis: ResolvedAnalysis): { readonly weights: readonly number[]; readonly ends: boolean } {
  const weights: number[] = [];
  for (let weight = 0; weights.length < mostWeights; weights.push(weight)) {
    const step = nextStep(analysis, weight);
    if (weight > 0 && step > 0 && weight >= analysis.maxWeight) return { weights, ends: true };
    if (step === 0) break;
    weight = Math.min(100, weight + step);
  }
  return { weights, ends: false };
}

/** How many analyses a run takes in which every check passes; 0 where it never ends. */
export function analysesOf(analysis: ResolvedAnalysis): number {
  if (analysis.iterations > 0) return analysis.iterations;
  const { weights, ends } = weightsOf(analysis);
  return ends ? weights.length + (analysis.mirror ? 1 : 0) : 0;
}

/** Of these, the object of this name in the Canary's namespace. */
export function named<T extends KubeObject>(objects: readonly T[], canary: Canary, name: string): T | undefined {
  return inNamespace(objects, given(canary.metadata.namespace)).find(({ metadata }) => metadata.name === name);
}

/**
 * Of these, the objects in the namespace. Where a file does not say its namespace, kubectl or kustomize will, and any
 * could be meant; those that do say it come first.
 */
export function inNamespace<T extends KubeObject>(objects: readonly T[], namespace: string | undefined): readonly T[] {
  return [
    ...objects.filter(({ metadata }) => metadata.namespace === namespace),
    ...objects.filter(
      ({ metadata }) =>
        metadata.namespace !== namespace && (metadata.namespace === undefined || namespace === undefined),
    ),
  ];
}

/** The Deployment that the Canary releases, if it is in the files. */
export function targetOf(canary: Canary, { deployments }: Scene): Stored<Deployment> | undefined {
  return canary.spec.targetRef.kind === "Deployment" ? named(deployments, canary, targetName(canary)) : undefined;
}
