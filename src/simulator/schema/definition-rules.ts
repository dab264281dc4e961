import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from "kubernetes-types/apiextensions/v1.d.ts";
import { canonicalJson } from "../../kubernetes/canonical.ts";
import type { Cause, StoredObject } from "../resource.ts";
import { invalid, required, unsupported } from "./causes.ts";
import { jsonPath } from "./json-path.ts";
import { dns1035Label, dnsSubdomain } from "./names.ts";
import type { Schema } from "./schema.ts";
import { structuralProblems } from "./structural.ts";

type Version = CustomResourceDefinitionSpec["versions"][number];

/** Plain types that a column of a definition may have. */
const columnTypes = ["boolean", "date", "integer", "number", "string"];

/**
 * What is wrong with a CustomResourceDefinition beyond what its own schema requires, also as the successor of `before`. Source of rules
 * and texts: k8s.io/apiextensions-apiserver, package apis/apiextensions/validation.
 */
export function definitionProblems(crd: StoredObject, before: StoredObject | undefined): readonly Cause[] {
  const { metadata, spec } = crd as unknown as CustomResourceDefinition & StoredObject;
  const { group, names, scope, versions } = spec;
  return [
    ...(metadata.name === `${names.plural}.${group}`
      ? []
      : [invalid("metadata.name", metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...groupProblems(group),
    ...(["", "Cluster", "Namespaced"].includes(scope)
      ? []
      : [unsupported("spec.scope", scope, ["Cluster", "Namespaced"])]),
    ...versionProblems(versions),
    ...nameProblems(names),
    ...immutableProblems(spec, before),
  ];
}

function groupProblems(group: string): readonly Cause[] {
  const wrong = group === "" ? [] : dnsSubdomain(group);
  if (wrong.length > 0) return [invalid("spec.group", group, wrong.join(","))];
  return group === "" || group.includes(".")
    ? []
    : [invalid("spec.group", group, "should be a domain with at least one dot")];
}

function nameProblems(names: CustomResourceDefinitionSpec["names"]): readonly Cause[] {
  const mixed = "may have mixed case, but should otherwise match: ";
  const named = (field: string, name: string | undefined, says = ""): readonly Cause[] => {
    const wrong = name === undefined || name === "" ? [] : dns1035Label(says === "" ? name : name.toLowerCase());
    return wrong.length === 0 ? [] : [invalid(`spec.names.${field}`, name, says + wrong.join(","))];
  };
  return [
    ...named("plural", names.plural),
    ...named("singular", names.singular),
    ...named("kind", names.kind, mixed),
    ...named("listKind", names.listKind, mixed),
    ...(names.shortNames ?? []).flatMap((name, index) => named(`shortNames[${index}]`, name)),
    ...(names.kind === names.listKind
      ? [invalid("spec.names.listKind", names.listKind, "kind and listKind may not be the same")]
      : []),
    ...(names.categories ?? []).flatMap((name, index) => named(`categories[${index}]`, name)),
  ];
}

function versionProblems(versions: readonly Version[]): readonly Cause[] {
  const names = versions.map(({ name }) => name);
  const alike = new Set(versions.map(({ schema }) => canonicalJson(schema))).size === 1;
  return [
    ...versions.flatMap(({ name }, index) => {
      const wrong = dns1035Label(name);
      return wrong.length === 0 ? [] : [invalid(`spec.versions[${index}].name`, name, wrong.join(","))];
    }),
    ...(new Set(names).size < names.length
      ? [invalid("spec.versions", versions, "must contain unique version names")]
      : []),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [invalid("spec.versions", versions, "must have exactly one version marked as storage version")]),
    // The API server reads one schema of all versions as that of the definition, and says so.
    ...(alike ? versions.slice(0, 1) : versions).flatMap((version, index) =>
      schemaProblems(version, index, alike ? "spec.validation" : `spec.versions[${index}].schema`),
    ),
    ...versions.flatMap(({ additionalPrinterColumns = [] }, index) =>
      columnProblems(
        additionalPrinterColumns,
        `spec.${versions.length === 1 ? "" : `versions[${index}].`}additionalPrinterColumns`,
      ),
    ),
  ];
}

function schemaProblems({ schema }: Version, index: number, path: string): readonly Cause[] {
  const declared = schema?.openAPIV3Schema as Schema | undefined;
  return declared === undefined
    ? [required(`spec.versions[${index}].schema.openAPIV3Schema`, "schemas are required")]
    : structuralProblems(declared, `${path}.openAPIV3Schema`);
}

function columnProblems(columns: Version["additionalPrinterColumns"] & object, path: string): readonly Cause[] {
  return columns.flatMap(({ type, jsonPath: columnPath }, index) => [
    ...(columnTypes.includes(type)
      ? []
      : [invalid(`${path}[${index}].type`, type, `must be one of ${columnTypes.join(",")}`)]),
    ...(columnPath.startsWith(".") && jsonPath(columnPath) !== undefined
      ? []
      : [invalid(`${path}[${index}].jsonPath`, columnPath, "must be a simple json path starting with .")]),
  ]);
}

/** What objects are stored by cannot change. */
function immutableProblems(spec: CustomResourceDefinitionSpec, before: StoredObject | undefined): readonly Cause[] {
  if (before === undefined) return [];
  const { spec: old } = before as unknown as CustomResourceDefinition;
  const pairs = [
    ["spec.scope", spec.scope, old.scope],
    ["spec.names.kind", spec.names.kind, old.names.kind],
    ["spec.group", spec.group, old.group],
    ["spec.names.plural", spec.names.plural, old.names.plural],
  ] as const;
  return pairs.flatMap(([field, now, was]) => (now === was ? [] : [invalid(field, now, "field is immutable")]));
}
