import type { VirtualService } from "./virtual-service.ts";

/**
 * Why Istio's analysis, where it is switched on, rejects a VirtualService as it stands; undefined when it does not, or has
 * not looked at this generation. Warnings do not count.
 */
export function rejectionOf({ metadata: { generation = 0 }, status }: VirtualService): string | undefined {
  const isPresent = (observed: string | number = generation) => Number(observed) >= generation;
  const messages = status?.validationMessages ?? [];
  const errors = messages.filter(({ level }) => level?.toUpperCase() === "ERROR");
  if (errors.length > 0) {
    if (!isPresent(status?.observedGeneration)) return undefined;
    const texts = errors.map(
      ({ type, documentationUrl: url }) => `${type?.code ?? "an error"}${url ? ` (${url})` : ""}`,
    );
    return `Istio's analysis finds ${[...new Set(texts)].join(", ")}`;
  }
  const failed = (status?.conditions ?? []).find(({ type, status: is }) => type === "PassedAnalysis" && is === "False");
  if (messages.length > 0 || failed === undefined) return undefined;
  if (!isPresent(failed.observedGeneration ?? status?.observedGeneration)) return undefined;
  const why = [failed.reason ?? "", failed.message ?? ""].filter((text) => text !== "").join(": ");
  return `it has not passed Istio's analysis${why === "" ? "" : `, ${why}`}`;
}
