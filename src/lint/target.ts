import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { Container, Probe } from "kubernetes-types/core/v1.d.ts";
import type { Canary } from "../api/canary.ts";
import { apexName, canaryName, primaryName, targetName } from "../api/names.ts";
import type { Stored } from "../kubernetes/resources.ts";
import { workloadKind } from "../workloads/kinds.ts";
import type { Selector } from "../workloads/workload.ts";
import { inNamespace, named, targetOf } from "./lookup.ts";
import { rule } from "./rule.ts";
import type { About, Rule, Scene, Slip } from "./rule.ts";
import { complaint } from "./templates.ts";

type Live = Stored<Deployment>;

/** A rule on the target, where it is in the files. Its slips are about the target unless they say otherwise. */
function onTarget(about: About, find: (target: Live, canary: Canary, scene: Scene) => readonly Slip[]): Rule {
  return {
    ...about,
    find: (canary, scene) => {
      const target = targetOf(canary, scene);
      return target === undefined ? [] : find(target, canary, scene).map((slip) => ({ object: target, ...slip }));
    },
  };
}

function containersOf({ spec }: Live): readonly Container[] {
  return spec?.template.spec?.containers ?? [];
}

/** What tells the target's pods apart; undefined when nothing does. */
function selectorOf(target: Live, canary: Canary, { selectorLabels }: Scene): Selector | undefined {
  let selector: Selector | undefined;
  complaint(() => {
    selector = workloadKind(canary).selector(target, selectorLabels);
  });
  return selector;
}

/** Labels and names of Services may be this long. */
const longestLabel = 63;

const containerPath = "spec.template.spec.containers";

/** What is released: the Deployment, its autoscaler and its Services, as far as they are in the files. */
export const targetRules: readonly Rule[] = [
  onTarget(
    { id: "target-label", severity: "error", finds: "a target whose selector has none of `--selector-labels`" },
    (target, canary, scene) => {
      const { selectorLabels } = scene;
      return selectorOf(target, canary, scene) !== undefined
        ? []
        : [
            {
              path: "spec.selector.matchLabels",
              problem: `The operator cannot tell the pods of ${target.metadata.name} from those of its primary: its selector has none of the labels ${selectorLabels.join(", ")}.`,
              fix: "Select by one of them, or name yours in the operator's flag -selector-labels and this one's.",
            },
          ];
    },
  ),
  onTarget(
    { id: "target-port-name", severity: "error", finds: "a `targetPort` whose name no container port has" },
    (target, canary) => {
      const port = canary.spec.service?.targetPort;
      const names = containersOf(target).flatMap(({ ports = [] }) => ports.map(({ name }) => name));
      return typeof port !== "string" || /^\d+$/.test(port) || names.includes(port)
        ? []
        : [
            {
              object: canary,
              path: "spec.service.targetPort",
              problem: `No container of ${target.metadata.name} has a port with the name ${port}: the Services lead nowhere.`,
              fix: "Name the port in the Deployment, or write its number.",
            },
          ];
    },
  ),
  onTarget(
    {
      id: "target-port",
      severity: "warning",
      finds: "a port that none of the container ports has, where there are any",
    },
    (target, canary) => {
      const { port = 0, targetPort = 0 } = canary.spec.service ?? {};
      const wanted = Number(targetPort === 0 || targetPort === "0" ? port : targetPort);
      const numbers = containersOf(target).flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
      return Number.isNaN(wanted) || numbers.length === 0 || numbers.includes(wanted)
        ? []
        : [
            {
              object: canary,
              path: targetPort === 0 || targetPort === "0" ? "spec.service.port" : "spec.service.targetPort",
              problem: `The Services lead to port ${wanted}, and the containers of ${target.metadata.name} say that they listen on ${numbers.join(", ")}.`,
              fix: "Set targetPort to the port that the application listens on.",
            },
          ];
    },
  ),
  onTarget(
    { id: "target-replicas", severity: "warning", finds: "`replicas` of a target that has an autoscaler" },
    (target, canary) =>
      canary.spec.autoscalerRef === undefined || target.spec?.replicas === undefined
        ? []
        : [
            {
              path: "spec.replicas",
              problem:
                "Each time this file is applied the number of pods goes back to this, against the autoscaler during a run and against the operator at rest.",
              fix: "Take replicas out of the file.",
            },
          ],
  ),
  onTarget({ id: "target-recreate", severity: "note", finds: "a target with the strategy `Recreate`" }, (target) =>
    target.spec?.strategy?.type === "Recreate"
      ? [
          {
            path: "spec.strategy.type",
            problem:
              "A revision that comes during a release stops all pods of the canary at once, and its users meet nobody until they are sent back to the primary.",
            fix: "Use RollingUpdate.",
          },
        ]
      : [],
  ),
  onTarget({ id: "readiness-probe", severity: "note", finds: "a target without readiness probe" }, (target) =>
    containersOf(target).some(({ readinessProbe }) => readinessProbe !== undefined)
      ? []
      : [
          {
            path: `${containerPath}[0]`,
            problem:
              "Without a readiness probe a pod gets users as soon as its process runs: a promotion sends them to pods that do not listen yet, and a revision that cannot start well counts as ready.",
            fix: "Add a readinessProbe.",
          },
        ],
  ),
  onTarget({ id: "pre-stop", severity: "note", finds: "a target whose pods stop at once" }, (target) =>
    containersOf(target).some(({ lifecycle }) => lifecycle?.preStop !== undefined)
      ? []
      : [
          {
            path: `${containerPath}[0]`,
            problem:
              "A pod is told to stop at the moment in which its endpoint is removed, and nodes hear of that later: a promotion, which stops every pod of the primary, loses the requests in between.",
            fix: "Add lifecycle.preStop.sleep with a few seconds.",
          },
        ],
  ),
  onTarget(
    { id: "deadline-short", severity: "error", finds: "a progress deadline that is over before the pods can be ready" },
    (target, canary) => {
      const ofCanary = canary.spec.progressDeadlineSeconds ?? 600;
      const ofTarget = target.spec?.progressDeadlineSeconds ?? 600;
      const deadline = Math.min(ofCanary, ofTarget);
      const needed = Math.max(0, ...containersOf(target).map(delayOf)) + (target.spec?.minReadySeconds ?? 0);
      return deadline <= 0 || needed < deadline
        ? []
        : [
            {
              ...(ofCanary <= ofTarget && { object: canary }),
              path: "spec.progressDeadlineSeconds",
              problem: `Pods of ${target.metadata.name} are ready after ${needed} s at the earliest, and count as stuck after ${deadline} s: no release can succeed.`,
              fix: "Set a longer deadline, in the Canary and in the Deployment, or shorter delays of the probes.",
            },
          ];
    },
  ),
  onTarget(
    { id: "label-shared", severity: "warning", finds: "another Deployment whose pods have the target's label" },
    (target, canary, scene) => {
      const selector = selectorOf(target, canary, scene);
      if (selector === undefined) return [];
      const { label, value } = selector;
      const other = inNamespace(scene.deployments, canary.metadata.namespace).find(
        (each) =>
          each.metadata.name !== target.metadata.name && each.spec?.template.metadata?.labels?.[label] === value,
      );
      return other === undefined
        ? []
        : [
            {
              path: "spec.selector.matchLabels",
              problem: `The Services select by ${label} alone, and pods of Deployment ${other.metadata.name} have ${label}: ${value}, too: they get requests that are meant for the canary.`,
              fix: `Give ${target.metadata.name} a value of its own for ${label}.`,
            },
          ];
    },
  ),
  rule(
    {
      id: "target-name",
      severity: "warning",
      finds: "a target that is called like a primary",
    },
    (canary) => {
      const name = targetName(canary);
      const problem = `${name} is what the operator calls a primary: its own primary will be ${primaryName(name)}.`;
      return name.endsWith("-primary")
        ? [{ path: "spec.targetRef.name", problem, fix: "Name the workload that you edit, without -primary." }]
        : [];
    },
  ),
  rule(
    {
      id: "name-too-long",
      severity: "error",
      finds: "a name that leaves no room for `-primary`",
    },
    (canary, scene) => {
      const target = targetOf(canary, scene);
      const selector = target && selectorOf(target, canary, scene);
      const names = [
        [
          "The Service",
          primaryName(apexName(canary)),
          canary.spec.service?.name === undefined ? "targetRef" : "service",
        ],
        ...(selector === undefined ? [] : [[`The label ${selector.label}`, primaryName(selector.value), "targetRef"]]),
      ] as const;
      return names
        .filter(([, name = ""]) => name.length > longestLabel)
        .slice(0, 1)
        .map(([what = "", name = "", field = ""]) => ({
          path: `spec.${field}.name`,
          problem: `${what} would be ${name}, which is longer than the ${longestLabel} characters that Kubernetes allows.`,
          fix: `Choose a name of at most ${longestLabel - "-primary".length} characters.`,
        }));
    },
  ),
  rule(
    {
      id: "autoscaler-target",
      severity: "error",
      finds: "an autoscaler that scales something else than the target",
    },
    (canary, { autoscalers }) => {
      const { autoscalerRef, targetRef } = canary.spec;
      const autoscaler =
        autoscalerRef?.kind === "HorizontalPodAutoscaler" ? named(autoscalers, canary, autoscalerRef.name) : undefined;
      const scaled = autoscaler?.spec?.scaleTargetRef;
      return autoscaler === undefined ||
        scaled === undefined ||
        (scaled.name === targetRef.name && scaled.kind === targetRef.kind)
        ? []
        : [
            {
              object: autoscaler,
              path: "spec.scaleTargetRef",
              problem: `It scales ${scaled.kind} ${scaled.name}, and Canary ${canary.metadata.name} names it as the autoscaler of ${targetRef.kind} ${targetRef.name}.`,
              fix: "Let it scale the Canary's target, or name another one in spec.autoscalerRef.",
            },
          ];
    },
  ),
  rule(
    {
      id: "autoscaler-unnamed",
      severity: "warning",
      finds: "an autoscaler of the target that the Canary does not name",
    },
    (canary, { autoscalers }) => {
      const { autoscalerRef, targetRef } = canary.spec;
      const autoscaler = inNamespace(autoscalers, canary.metadata.namespace).find(
        ({ spec }) => spec?.scaleTargetRef.name === targetRef.name && spec.scaleTargetRef.kind === targetRef.kind,
      );
      return autoscalerRef !== undefined || autoscaler === undefined
        ? []
        : [
            {
              path: "spec.targetRef",
              problem: `HorizontalPodAutoscaler ${autoscaler.metadata.name} scales the target, and without autoscalerRef the primary, which has the users, gets none.`,
              fix: `Set spec.autoscalerRef to ${autoscaler.metadata.name}.`,
            },
          ];
    },
  ),
  rule(
    {
      id: "autoscaler-limits",
      severity: "error",
      finds: "`primaryScalerReplicas` whose least number is over the greatest",
    },
    (canary, { autoscalers }) => {
      const { autoscalerRef } = canary.spec;
      const { primaryScalerReplicas: limits } = autoscalerRef ?? {};
      if (autoscalerRef === undefined || limits === undefined) return [];
      const own = named(autoscalers, canary, autoscalerRef.name)?.spec;
      const [least, most] = [limits.minReplicas ?? own?.minReplicas, limits.maxReplicas ?? own?.maxReplicas];
      const path = "spec.autoscalerRef.primaryScalerReplicas";
      const problem = `The API server refuses the primary's autoscaler: at least ${least ?? 0} and at most ${most ?? 0} pods.`;
      return least !== undefined && most !== undefined && least > most
        ? [{ path, problem, fix: "Set minReplicas to no more than maxReplicas." }]
        : [];
    },
  ),
  rule(
    {
      id: "managed-object",
      severity: "warning",
      finds: "a Deployment or Service in the files that the operator makes and keeps itself",
    },
    (canary, { deployments, services }) => {
      const apex = apexName(canary);
      const own = canary.metadata.namespace;
      const made = [
        ...inNamespace(deployments, own).filter(({ metadata }) => metadata.name === primaryName(targetName(canary))),
        ...inNamespace(services, own).filter(({ metadata: { name }, spec }) => {
          const generated = [primaryName(apex), canaryName(apex)].includes(name);
          return generated || (name === apex && spec?.selector !== undefined);
        }),
      ];
      return made.map((object) => ({
        object,
        path: "",
        problem:
          object.metadata.name === apex
            ? "Each time this file is applied the Service selects the target again, which has no pods at rest: users meet nobody until the operator has set it right."
            : "The operator makes this object itself: this file and the operator write it in turn.",
        fix: `Take it out of the files once Canary ${canary.metadata.name} is there.`,
      }));
    },
  ),
];

/** Seconds from the start of a container to the first moment at which it can be ready. */
function delayOf({ readinessProbe, startupProbe }: Container): number {
  const delay = (probe: Probe | undefined): number =>
    (probe?.initialDelaySeconds ?? 0) + ((probe?.successThreshold ?? 1) - 1) * (probe?.periodSeconds ?? 10);
  return Math.max(delay(readinessProbe), delay(startupProbe));
}
