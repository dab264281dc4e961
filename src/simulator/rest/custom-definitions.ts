import { isRecord } from "../../kubernetes/canonical.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import { customResources } from "../schema/custom.ts";
import type { Store } from "../store.ts";
import type { Backend } from "./backend.ts";
import { timestamp } from "../../timestamp.ts";

/** Where CustomResourceDefinitions are stored. */
export const definitionsCollection = "customresourcedefinitions.apiextensions.k8s.io";

/** The definition as it is once its kind is served, which it is as soon as it is stored. */
export function establish({ clock }: Backend, definition: StoredObject): StoredObject {
  const spec = recordOf(definition["spec"]);
  const old = recordOf(definition["status"]);
  const versions = (Array.isArray(spec["versions"]) ? spec["versions"] : []).filter(isRecord);
  const storage = versions.filter(({ storage }) => storage === true).map(({ name }) => name);
  const stored = Array.isArray(old["storedVersions"]) ? (old["storedVersions"] as readonly unknown[]) : [];
  const status = {
    ...old,
    conditions: Array.isArray(old["conditions"]) ? old["conditions"] : conditionsAt(timestamp(clock.now())),
    acceptedNames: namesOf(recordOf(spec["names"])),
    storedVersions: [...new Set([...stored, ...storage])],
  };
  return { ...definition, status };
}

function conditionsAt(lastTransitionTime: string) {
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: "True",
    lastTransitionTime,
    reason,
    message,
  });
  return [
    condition("NamesAccepted", "NoConflicts", "no conflicts found"),
    condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
  ];
}

function namesOf(names: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { kind } = names;
  const text = typeof kind === "string" ? kind : "";
  return { listKind: `${text}List`, singular: text.toLowerCase(), ...names };
}

/** What the definitions in the store serve. */
export function createCustomResources(store: Store): () => readonly ServedResource[] {
  const read = (): readonly ServedResource[] =>
    store.list(definitionsCollection).flatMap(([, definition]) => servedBy(definition));
  let served = read();
  store.onChange(({ collection }) => {
    if (collection === definitionsCollection) served = read();
  });
  return () => served;
}

/** By the spec of the definition, which is never changed in place. */
const known = new WeakMap<object, readonly ServedResource[]>();

function servedBy(definition: StoredObject): readonly ServedResource[] {
  const spec = recordOf(definition["spec"]);
  const resources = known.get(spec) ?? customResources(definition);
  known.set(spec, resources);
  return resources;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
