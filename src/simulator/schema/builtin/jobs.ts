import type { Job } from "kubernetes-types/batch/v1.d.ts";
import { humanDuration } from "../age.ts";
import { columnsOf } from "../columns.ts";
import { negative } from "./container-rules.ts";
import { builtinKind } from "./kind.ts";
import { completeTemplate } from "./pod-defaults.ts";
import { templateProblems } from "./pod-rules.ts";
import { selectorColumn, templateColumns } from "./workloads.ts";

const { column } = columnsOf<Job>();

/** Jobs. Sources: kubernetes, pkg/apis/batch and pkg/printers/internalversion. */
export const jobs = [
  builtinKind<Job>({
    apiVersion: "batch/v1",
    kind: "Job",
    categories: ["all"],
    status: true,
    generation: true,
    columns: [
      column("Status", "string", stateOf),
      column("Completions", "string", ({ spec, status }) => `${status?.succeeded ?? 0}/${spec?.completions ?? 1}`),
      column("Duration", "string", ({ status }, now) => {
        const { startTime, completionTime } = status ?? {};
        if (startTime === undefined) return "";
        const end = completionTime === undefined ? now : Date.parse(completionTime);
        return humanDuration(end - Date.parse(startTime));
      }),
      ...templateColumns,
      selectorColumn,
    ],
    complete: ({ spec, ...rest }) =>
      spec === undefined
        ? rest
        : {
            ...rest,
            spec: {
              ...(spec.completions === undefined && spec.parallelism === undefined && { completions: 1 }),
              parallelism: 1,
              backoffLimit: 6,
              completionMode: "NonIndexed",
              suspend: false,
              podReplacementPolicy: "TerminatingOrFailed",
              manualSelector: false,
              ...spec,
              template: completeTemplate(spec.template),
            },
          },
    rules: ({ spec }) =>
      spec === undefined
        ? []
        : [
            ...negative(spec.parallelism, "spec.parallelism"),
            ...negative(spec.completions, "spec.completions"),
            ...negative(spec.backoffLimit, "spec.backoffLimit"),
            ...templateProblems(spec.template, "spec.template", ["OnFailure", "Never"]),
          ],
  }),
];

function stateOf({ metadata, spec, status }: Job): string {
  const has = (wanted: string): boolean =>
    status?.conditions?.some((condition) => condition.type === wanted && condition.status === "True") === true;
  const ended = ["Complete", "Failed"].find(has);
  if (ended !== undefined) return ended;
  if (metadata?.deletionTimestamp !== undefined) return "Terminating";
  return spec?.suspend === true ? "Suspended" : (["SuccessCriteriaMet", "FailureTarget"].find(has) ?? "Running");
}
