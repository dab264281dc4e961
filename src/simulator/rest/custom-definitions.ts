import { canonicalJson, isRecord } from "../../kubernetes/canonical.ts";
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

/** What the definitions in the store serve, by name. A definition is read anew when it has changed. */
export function createCustomResources(store: Store): () => readonly ServedResource[] {
  const read = new Map<string, { readonly spec: string; readonly resources: readonly ServedResource[] }>();
  let served: readonly ServedResource[] = [];
  store.onChange(({ collection }) => {
    if (collection !== definitionsCollection) return;
    served = store.list(definitionsCollection).flatMap(([name, definition]) => {
      const spec = canonicalJson(definition["spec"]);
      const known = read.get(name);
      const resources = known?.spec === spec ? known.resources : customResources(definition);
      read.set(name, { spec, resources });
      return resources;
    });
  });
  return () => served;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
