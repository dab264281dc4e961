import type { ResolvedAnalysis } from "../api/analysis.ts";

/**
 * By how much the canary's weight grows from `weight`, in percent; 0 when no step is configured.
 * A weight that is not in `stepWeights` (or is its last) is followed by all that remains.
 */
export function nextStep({ stepWeight, stepWeights }: ResolvedAnalysis, weight: number): number {
  if (stepWeight > 0 || stepWeights.length === 0) return stepWeight;
  const remaining = 100 - weight;
  if (remaining === 0) return 1;
  if (weight === 0) return stepWeights[0] ?? 0;
  const next = stepWeights[stepWeights.indexOf(weight) + 1];
  return stepWeights.includes(weight) && next !== undefined ? Math.min(next - weight, remaining) : remaining;
}
