import type { Pod } from "kubernetes-types/core/v1.d.ts";
import { builtinKind } from "./kind.ts";
import { podColumns } from "./pod-columns.ts";
import { completePod } from "./pod-defaults.ts";
import { podProblems } from "./pod-rules.ts";

export const pods = [
  builtinKind<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    shortNames: ["po"],
    categories: ["all"],
    status: true,
    generation: true,
    columns: podColumns,
    complete: completePod,
    rules: podProblems,
  }),
];
