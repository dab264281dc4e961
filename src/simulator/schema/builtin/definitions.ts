import type { CustomResourceDefinition } from "kubernetes-types/apiextensions/v1.d.ts";
import { createdColumn, nameColumn } from "../columns.ts";
import { definitionProblems } from "../definition-rules.ts";
import { builtinKind } from "./kind.ts";

/** CustomResourceDefinitions. Source: k8s.io/apiextensions-apiserver, package apis/apiextensions/v1. */
export const customResourceDefinitions = [
  builtinKind<CustomResourceDefinition>({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    shortNames: ["crd", "crds"],
    categories: ["api-extensions"],
    namespaced: false,
    status: true,
    generation: true,
    columns: { only: [nameColumn, createdColumn] },
    complete: ({ spec, ...rest }) => {
      const { kind } = (spec as { readonly names?: { readonly kind?: string } }).names ?? {};
      return {
        ...rest,
        spec: {
          conversion: { strategy: "None" },
          ...spec,
          ...(kind !== undefined && {
            names: { singular: kind.toLowerCase(), listKind: `${kind}List`, ...spec.names },
          }),
        },
      };
    },
    rules: definitionProblems,
  }),
];
