import type { Cause, StoredObject } from "../resource.ts";
import { forbidden, invalid, required, tooLong } from "./causes.ts";
import { dnsLabel, labelValue, qualifiedName } from "./names.ts";
import type { NameRule } from "./names.ts";

/** Bytes that keys and values of annotations may have together. */
const mostAnnotations = 256 * 1024;

const standardFinalizers = new Set(["kubernetes", "orphan", "foregroundDeletion"]);

/**
 * What is wrong with an object's metadata. Source of rules and texts: k8s.io/apimachinery, package api/validation.
 */
export function metadataProblems(
  { metadata }: StoredObject,
  before: StoredObject | undefined,
  rule: NameRule,
): readonly Cause[] {
  const { generateName } = metadata as { readonly generateName?: string };
  const { name = "", namespace, labels, annotations = {}, finalizers = [] } = metadata as Partial<typeof metadata>;
  return [
    ...(generateName === undefined ? [] : named("metadata.generateName", generateName, masked(rule))),
    ...(name !== ""
      ? named("metadata.name", name, rule)
      : generateName === undefined
        ? [required("metadata.name", "name or generateName is required")]
        : []),
    ...(namespace === undefined ? [] : named("metadata.namespace", namespace, dnsLabel)),
    ...labelProblems("metadata.labels", labels),
    ...annotationProblems(annotations),
    ...ownerProblems(metadata),
    ...finalizers.flatMap((finalizer) => named("metadata.finalizers", finalizer, qualifiedName)),
    ...newFinalizers(finalizers, before),
  ];
}

/** One cause for each thing that is wrong with a name. */
export function named(field: string, name: string, rule: NameRule): readonly Cause[] {
  return rule(name).map((detail) => invalid(field, name, detail));
}

/** The beginning of a generated name may end in what the rest of it makes right. */
function masked(rule: NameRule): NameRule {
  return (name) => rule(name.replace(/-$/, "a"));
}

/** What is wrong with labels, or with the `matchLabels` of a selector. */
export function labelProblems(field: string, labels: Readonly<Record<string, string>> = {}): readonly Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...named(field, key, qualifiedName),
    ...named(field, value, labelValue),
  ]);
}

function annotationProblems(annotations: Readonly<Record<string, string>>): readonly Cause[] {
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
  return [
    ...Object.keys(annotations).flatMap((key) =>
      qualifiedName(key.toLowerCase()).map((detail) => invalid("metadata.annotations", key, detail)),
    ),
    ...(bytes > mostAnnotations ? [tooLong("metadata.annotations", mostAnnotations)] : []),
  ];
}

function ownerProblems({ ownerReferences = [] }: StoredObject["metadata"]): readonly Cause[] {
  const [first, second] = ownerReferences.filter(({ controller }) => controller === true);
  return [
    ...ownerReferences.flatMap((owner) =>
      (["apiVersion", "kind", "name", "uid"] as const).flatMap((key) => {
        const detail = `${key === "apiVersion" ? "version " : ""}must not be empty`;
        const { [key]: given = "" }: Partial<typeof owner> = owner;
        return given === "" ? [invalid(`metadata.ownerReferences.${key}`, "", detail)] : [];
      }),
    ),
    ...(first === undefined || second === undefined
      ? []
      : [
          invalid(
            "metadata.ownerReferences",
            ownerReferences,
            `Only one reference can have Controller set to true. Found "true" in references for ${first.name} and ${second.name}`,
          ),
        ]),
  ];
}

/** Finalizers of builtin kinds name their domain. Those of custom resources need not: users are only warned. */
export function finalizerProblems({ metadata: { finalizers = [] } }: StoredObject): readonly Cause[] {
  const why = "name is neither a standard finalizer name nor is it fully qualified";
  return finalizers
    .filter((finalizer) => !finalizer.includes("/") && !standardFinalizers.has(finalizer))
    .map((finalizer) => invalid("metadata.finalizers", finalizer, why));
}

function newFinalizers(finalizers: readonly string[], before: StoredObject | undefined): readonly Cause[] {
  if (before?.metadata.deletionTimestamp === undefined) return [];
  const added = finalizers.filter((finalizer) => before.metadata.finalizers?.includes(finalizer) !== true);
  if (added.length === 0) return [];
  const list = added.map((each) => JSON.stringify(each)).join(", ");
  return [
    forbidden(
      "metadata.finalizers",
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
    ),
  ];
}
