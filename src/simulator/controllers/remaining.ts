import type { NamespaceCondition } from "kubernetes-types/core/v1.d.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";

/** What a namespace that is being deleted still holds of a kind. */
export interface Remaining {
  readonly resource: Resource;
  readonly objects: readonly KubeObject[];
}

/** Why a namespace is not gone yet, as its conditions tell it; times of those that have not changed are kept. */
export function remainingConditions(
  remaining: readonly Remaining[],
  before: readonly NamespaceCondition[],
  now: string,
): NamespaceCondition[] {
  const kinds = remaining.filter(({ objects }) => objects.length > 0);
  const finalizers = new Map<string, number>();
  for (const { metadata } of kinds.flatMap(({ objects }) => objects)) {
    for (const name of metadata.finalizers ?? []) finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
  }
  const held = kinds.map(({ resource: { plural, group }, objects }) =>
    counted(`${plural}.${group} has`, objects.length),
  );
  const waited = [...finalizers].map(([name, count]) => counted(`${name} in`, count));
  return [
    told("NamespaceContentRemaining", held, {
      some: ["SomeResourcesRemain", "Some resources are remaining: "],
      none: ["ContentRemoved", "All content successfully removed"],
    }),
    told("NamespaceFinalizersRemaining", waited, {
      some: ["SomeFinalizersRemain", "Some content in the namespace has finalizers remaining: "],
      none: ["ContentHasNoFinalizers", "All content-preserving finalizers finished"],
    }),
  ].map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    const since = old?.status === condition.status ? old.lastTransitionTime : undefined;
    return { ...condition, lastTransitionTime: since ?? now };
  });
}

function counted(what: string, count: number): string {
  return `${what} ${count} resource instances`;
}

interface Texts {
  readonly some: readonly [reason: string, message: string];
  readonly none: readonly [reason: string, message: string];
}

function told(type: string, list: readonly string[], { some, none }: Texts): NamespaceCondition {
  const [reason, message] = list.length === 0 ? none : some;
  return { type, status: list.length === 0 ? "False" : "True", reason, message: message + list.join(", ") };
}
