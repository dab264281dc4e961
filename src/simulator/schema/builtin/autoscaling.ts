import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "kubernetes-types/autoscaling/v2.d.ts";
import type { Cause } from "../../resource.ts";
import { forbidden, invalid, required } from "../causes.ts";
import { columnsOf, none } from "../columns.ts";
import { named } from "../metadata.ts";
import { pathSegment } from "../names.ts";
import { builtinKind } from "./kind.ts";
import { isGiven } from "./container-rules.ts";

/*
 * HorizontalPodAutoscalers. Sources: kubernetes, pkg/apis/autoscaling/v2/defaults.go and validation, and
 * pkg/printers/internalversion.
 */

const { column } = columnsOf<HorizontalPodAutoscaler>();
const unknown = "<unknown>";

export const autoscaling = [
  builtinKind<HorizontalPodAutoscaler>({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    shortNames: ["hpa"],
    categories: ["all"],
    status: true,
    columns: [
      column("Reference", "string", ({ spec }) =>
        spec === undefined ? "" : `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
      ),
      column("Targets", "string", ({ spec, status }) => targets(spec?.metrics ?? [], status?.currentMetrics ?? [])),
      column("MinPods", "string", ({ spec }) => (spec?.minReplicas === undefined ? "<unset>" : `${spec.minReplicas}`)),
      column("MaxPods", "integer", ({ spec }) => spec?.maxReplicas ?? 0),
      column("Replicas", "integer", ({ status }) => status?.currentReplicas ?? 0),
    ],
    complete: ({ spec, ...rest }) => (spec === undefined ? rest : { ...rest, spec: completeSpec(spec) }),
    rules: ({ spec }) => (spec === undefined ? [] : specProblems(spec)),
  }),
];

const cpu: MetricSpec = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
};

const scaleUp: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 },
  ],
};

const scaleDown: HPAScalingRules = {
  selectPolicy: "Max",
  policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
};

/** The behaviour is left alone where none is given. */
function completeSpec(spec: HorizontalPodAutoscalerSpec): HorizontalPodAutoscalerSpec {
  const { behavior } = spec;
  return {
    minReplicas: 1,
    ...spec,
    metrics: spec.metrics === undefined || spec.metrics.length === 0 ? [cpu] : spec.metrics,
    ...(behavior !== undefined && {
      behavior: {
        scaleUp: { ...scaleUp, ...behavior.scaleUp },
        scaleDown: { ...scaleDown, ...behavior.scaleDown },
      },
    }),
  };
}

function specProblems(spec: HorizontalPodAutoscalerSpec): readonly Cause[] {
  const { minReplicas, maxReplicas, metrics = [] } = spec;
  const { kind, name } = spec.scaleTargetRef;
  return [
    ...(minReplicas !== undefined && minReplicas < 1
      ? [invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1")]
      : []),
    ...(maxReplicas < 1 ? [invalid("spec.maxReplicas", maxReplicas, "must be greater than 0")] : []),
    ...(minReplicas !== undefined && maxReplicas < minReplicas
      ? [invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`")]
      : []),
    ...(isGiven(kind) ? named("spec.scaleTargetRef.kind", kind, pathSegment) : []),
    ...(isGiven(name) ? named("spec.scaleTargetRef.name", name, pathSegment) : []),
    ...metrics.flatMap((metric, index) => metricProblems(metric, `spec.metrics[${index}]`)),
  ];
}

const sources = ["object", "pods", "resource", "containerResource", "external"] as const;

function metricProblems(metric: MetricSpec, at: string): readonly Cause[] {
  const wanted = sources.find((source) => source.toLowerCase() === metric.type.toLowerCase());
  if (wanted === undefined) return [];
  const others = sources.filter((source) => source !== wanted && metric[source] !== undefined);
  const target = metric[wanted]?.target;
  return [
    ...(metric[wanted] === undefined
      ? [required(`${at}.${wanted}`, "must populate information for the given metric source")]
      : []),
    ...others.map((source) => forbidden(`${at}.${source}`, "must populate the given metric source only")),
    ...(target === undefined ? [] : targetProblems(target, `${at}.${wanted}.target`)),
  ];
}

function targetProblems({ averageUtilization, averageValue, value }: MetricTarget, at: string): readonly Cause[] {
  if (averageUtilization !== undefined && averageValue !== undefined) {
    return [forbidden(`${at}.averageValue`, "may not set both a target raw value and a target utilization")];
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    return [invalid(`${at}.averageUtilization`, averageUtilization, "must be greater than 0")];
  }
  return averageUtilization === undefined && averageValue === undefined && value === undefined
    ? [required(`${at}.averageUtilization`, "must set either a target raw value or a target utilization")]
    : [];
}

/** Current and wanted values of at most two metrics, and how many more there are. */
function targets(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return none;
  const shown = specs.slice(0, 2).map((spec, index) => targetText(spec, statuses[index]));
  return `${shown.join(", ")}${specs.length > 2 ? ` + ${specs.length - 2} more...` : ""}`;
}

function targetText(spec: MetricSpec, status: MetricStatus | undefined): string {
  const { resource, containerResource, pods, object, external } = spec;
  if (resource !== undefined) return `${resource.name}: ${values(resource.target, status?.resource?.current)}`;
  if (containerResource !== undefined) {
    return `${containerResource.name}: ${values(containerResource.target, status?.containerResource?.current)}`;
  }
  if (pods !== undefined) return values(pods.target, status?.pods?.current);
  const [target, current] =
    object === undefined ? [external?.target, status?.external?.current] : [object.target, status?.object?.current];
  if (target === undefined) return "<unknown type>";
  return target.averageValue === undefined ? values(target, current) : `${values(target, current)} (avg)`;
}

function values(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${current?.averageValue ?? unknown}/${target.averageValue}`;
  if (target.value !== undefined) return `${current?.value ?? unknown}/${target.value}`;
  const percent = (share: number | undefined): string | undefined => (share === undefined ? undefined : `${share}%`);
  return `${percent(current?.averageUtilization) ?? unknown}/${percent(target.averageUtilization) ?? "<auto>"}`;
}
