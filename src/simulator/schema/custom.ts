import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from "kubernetes-types/apiextensions/v1.d.ts";
import type { Cause, ServedResource, StoredObject } from "../resource.ts";
import { invalid } from "./causes.ts";
import { check } from "./check.ts";
import { customColumns } from "./custom-columns.ts";
import { decodeError } from "./decode.ts";
import { withDefaults } from "./defaults.ts";
import { definitionProblems } from "./definition-rules.ts";
import { definition } from "./definitions.ts";
import { metadataProblems } from "./metadata.ts";
import { dnsSubdomain } from "./names.ts";
import type { Schema } from "./schema.ts";
import { tidied } from "./tidy.ts";
import { withZeroValues } from "./zero.ts";

/** A CustomResourceDefinition from which no kind can be served. */
export class InvalidDefinition extends Error {
  readonly causes: readonly Cause[];

  constructor(causes: readonly Cause[]) {
    super(causes.map(({ field, message }) => `${field}: ${message}`).join(", "));
    this.name = "InvalidDefinition";
    this.causes = causes;
  }
}

/**
 * The kind that a CustomResourceDefinition makes, once for each version that it serves. The rules of
 * `x-kubernetes-validations` (CEL) are not run. Throws `InvalidDefinition`.
 */
export function customResources(crd: StoredObject): readonly ServedResource[] {
  const causes = definitionProblems(withZeroValues(definition("v1.CustomResourceDefinition"), crd), undefined);
  if (causes.length > 0) throw new InvalidDefinition(causes);
  const { spec } = crd as unknown as CustomResourceDefinition;
  return spec.versions.filter(({ served }) => served).map((version) => customResource(spec, version));
}

function customResource(
  { group, names, scope }: CustomResourceDefinition["spec"],
  version: CustomResourceDefinitionVersion,
): ServedResource {
  const declared = (version.schema?.openAPIV3Schema ?? {}) as Schema;
  const schema = withMetadata(declared);
  const { status, scale } = version.subresources ?? {};
  return {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === "Namespaced",
    status: status !== undefined,
    scale:
      scale === undefined
        ? undefined
        : {
            spec: scale.specReplicasPath,
            status: scale.statusReplicasPath,
            ...(scale.labelSelectorPath !== undefined && { selector: scale.labelSelectorPath }),
          },
    generation: true,
    custom: true,
    schema,
    columns: customColumns(version.additionalPrinterColumns ?? []),
    complete: (object) => {
      const { metadata, ...filled } = withDefaults(schema, object);
      return { ...filled, metadata: tidied(definition("v1.ObjectMeta"), metadata) };
    },
    validate: (object, before) => {
      const misfit = decodeError(definition("v1.ObjectMeta"), object.metadata);
      if (misfit !== undefined) return [invalid("metadata", object.metadata, misfit)];
      return [...metadataProblems(object, before, dnsSubdomain), ...check(declared, object)];
    },
  };
}

/** The schema with what every object has, whatever the definition says of it. */
function withMetadata(schema: Schema): Schema {
  return {
    ...schema,
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: definition("v1.ObjectMeta"),
      ...Object.fromEntries(
        Object.entries(schema.properties ?? {}).filter(([name]) => !["apiVersion", "kind", "metadata"].includes(name)),
      ),
    },
  };
}
