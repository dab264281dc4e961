import type { Pod, PodSpec, PodTemplateSpec, Volume } from "kubernetes-types/core/v1.d.ts";
import { canonicalJson } from "../../../kubernetes/canonical.ts";
import type { Cause } from "../../resource.ts";
import { duplicate, forbidden, unsupported } from "../causes.ts";
import { labelProblems, named } from "../metadata.ts";
import { dnsLabel, dnsSubdomain } from "../names.ts";
import { containerProblems, isGiven, negative } from "./container-rules.ts";

/*
 * Rules for pods. Source of rules and texts: kubernetes, pkg/apis/core/validation.
 */

/** What is wrong with the template of a workload whose pods restart as `restartPolicies` allow. */
export function templateProblems(
  { metadata = {}, spec }: PodTemplateSpec,
  path: string,
  restartPolicies: readonly string[],
): readonly Cause[] {
  const restarts = spec?.restartPolicy ?? "Always";
  return [
    ...labelProblems(`${path}.labels`, metadata.labels),
    ...(spec === undefined ? [] : podSpecProblems(spec, `${path}.spec`)),
    ...(restartPolicies.includes(restarts)
      ? []
      : [unsupported(`${path}.spec.restartPolicy`, restarts, restartPolicies)]),
  ];
}

/** What is wrong with a pod, also as the successor of `before`. */
export function podProblems({ spec }: Pod, before: Pod | undefined): readonly Cause[] {
  if (spec === undefined) return [];
  return [...podSpecProblems(spec, "spec"), ...changedFields(spec, before?.spec)];
}

function podSpecProblems(spec: PodSpec, path: string): readonly Cause[] {
  const { containers, initContainers = [], volumes = [], serviceAccountName } = spec;
  const known = new Set(volumes.map(({ name }) => name));
  const names = new Set(containers.map(({ name }) => name));
  return [
    ...volumeProblems(volumes, `${path}.volumes`),
    ...containerProblems(containers, known, `${path}.containers`),
    ...containerProblems(initContainers, known, `${path}.initContainers`),
    ...initContainers.flatMap(({ name }, index) =>
      isGiven(name) && names.has(name) ? [duplicate(`${path}.initContainers[${index}].name`, name)] : [],
    ),
    ...negative(spec.terminationGracePeriodSeconds, `${path}.terminationGracePeriodSeconds`),
    ...labelProblems(`${path}.nodeSelector`, spec.nodeSelector),
    ...(isGiven(serviceAccountName) ? named(`${path}.serviceAccountName`, serviceAccountName, dnsSubdomain) : []),
  ];
}

function volumeProblems(volumes: readonly Volume[], path: string): readonly Cause[] {
  const names = volumes.map(({ name }) => name);
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const { name } = volume;
    const [, ...others] = Object.keys(volume).filter((key) => key !== "name");
    return [
      ...(isGiven(name) ? named(`${at}.name`, name, dnsLabel) : []),
      ...(isGiven(name) && names.indexOf(name) < index ? [duplicate(`${at}.name`, name)] : []),
      ...others.map((source) => forbidden(`${at}.${source}`, "may not specify more than 1 volume type")),
    ];
  });
}

const changeable =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** A pod is placed on a node once; else only images and how long it may live change. */
function changedFields(spec: PodSpec, before: PodSpec | undefined): readonly Cause[] {
  if (before === undefined) return [];
  const isPlaced = isGiven(before.nodeName);
  const fixed = (given: PodSpec): string => {
    const { activeDeadlineSeconds: _, tolerations: __, nodeName, containers, initContainers = [], ...rest } = given;
    return canonicalJson({
      ...rest,
      nodeName: isPlaced ? nodeName : undefined,
      containers: [containers, initContainers].map((list) => list.map((container) => ({ ...container, image: "" }))),
    });
  };
  return fixed(spec) === fixed(before) ? [] : [forbidden("spec", changeable)];
}
