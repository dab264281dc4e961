/** What the keys of labels and annotations have in common by which Flux knows its objects. */
const mark = "toolkit.fluxcd.io";

/** Annotations that keep Flux from undoing what is written to an object (fluxcd.io/flux/components). */
export const fluxOptOut = {
  "kustomize.toolkit.fluxcd.io/reconcile": "disabled",
  "helm.toolkit.fluxcd.io/driftDetection": "disabled",
} as const;

/** Labels or annotations without those of Flux, which would prune a copy that it did not make. */
export function withoutFlux(map: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.includes(mark)));
}
