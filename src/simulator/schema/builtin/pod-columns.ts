import type { ContainerState, ContainerStatus, Pod, PodStatus } from "kubernetes-types/core/v1.d.ts";
import type { StoredObject } from "../../resource.ts";
import { ageOf } from "../age.ts";
import { columnsOf, none } from "../columns.ts";

const { column, wide } = columnsOf<Pod>();

/** What kubectl shows of pods. Source: kubernetes, pkg/printers/internalversion. */
export const podColumns = [
  column("Ready", "string", (pod) => {
    const { ready, total } = containersOf(pod);
    return `${ready}/${total}`;
  }),
  column("Status", "string", podState),
  column("Restarts", "string", (pod, now) => restartsOf(pod.status ?? {}, now)),
  wide("IP", "string", ({ status }) => status?.podIP ?? none),
  wide("Node", "string", ({ spec }) => spec?.nodeName ?? none),
  wide("Nominated Node", "string", ({ status }) => status?.nominatedNodeName ?? none),
  wide("Readiness Gates", "string", (pod) => readinessGates(pod)),
];

function containersOf({ spec, status = {} }: Pod): { readonly ready: number; readonly total: number } {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => name),
  );
  const statuses = [
    ...(status.containerStatuses ?? []).filter(({ state }) => state?.running !== undefined),
    ...(status.initContainerStatuses ?? []).filter(({ name, started }) => sidecars.has(name) && started === true),
  ];
  return {
    ready: statuses.filter(({ ready }) => ready).length,
    total: (spec?.containers.length ?? 0) + sidecars.size,
  };
}

/** The phase, or what better says how the pod fares. */
function podState(pod: Pod & StoredObject): string {
  const { metadata, status = {} } = pod;
  if (metadata.deletionTimestamp !== undefined && !["Succeeded", "Failed"].includes(status.phase ?? "")) {
    return status.reason === "NodeLost" ? "Unknown" : "Terminating";
  }
  const gated = status.conditions?.some(({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated");
  const initial = gated === true ? "SchedulingGated" : (status.reason ?? status.phase ?? "");
  return initState(pod) ?? containersState(status, initial);
}

/** Undefined once all init containers are done. */
function initState({ spec, status = {} }: Pod): string | undefined {
  if (hasCondition(status, "Initialized")) return undefined;
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const statuses = status.initContainerStatuses ?? [];
  const index = statuses.findIndex(
    ({ name, state, started }) =>
      state?.terminated?.exitCode !== 0 && !(started === true && sidecars.some((each) => each.name === name)),
  );
  const state = statuses[index]?.state;
  if (index < 0) return undefined;
  if (state?.terminated !== undefined) return `Init:${endOf(state.terminated)}`;
  const waiting = state?.waiting?.reason ?? "";
  return waiting !== "" && waiting !== "PodInitializing"
    ? `Init:${waiting}`
    : `Init:${index}/${spec?.initContainers?.length ?? 0}`;
}

function hasCondition({ conditions = [] }: PodStatus, wanted: string): boolean {
  return conditions.some(({ type, status }) => type === wanted && status === "True");
}

/** The first container that has something to say decides. */
function containersState(status: PodStatus, initial: string): string {
  const statuses = status.containerStatuses ?? [];
  const [reason = initial] = statuses.flatMap(({ state }) => reasonOf(state ?? {}) ?? []);
  const isRunning = statuses.some(({ ready, state }) => ready && state?.running !== undefined);
  if (reason !== "Completed" || !isRunning) return reason;
  return hasCondition(status, "Ready") ? "Running" : "NotReady";
}

function reasonOf({ waiting, terminated }: ContainerState): string | undefined {
  if (waiting?.reason !== undefined) return waiting.reason;
  return terminated === undefined ? undefined : endOf(terminated);
}

function endOf({ reason = "", signal = 0, exitCode }: ContainerState["terminated"] & object): string {
  if (reason !== "") return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

function restartsOf({ containerStatuses = [] }: PodStatus, now: number): string {
  const restarts = containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const last = containerStatuses
    .map(({ lastState }: ContainerStatus) => lastState?.terminated?.finishedAt ?? "")
    .sort()
    .at(-1);
  return restarts === 0 || last === undefined || last === "" ? `${restarts}` : `${restarts} (${ageOf(last, now)} ago)`;
}

function readinessGates({ spec, status = {} }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  const passed = gates.filter(({ conditionType }) => hasCondition(status, conditionType)).length;
  return gates.length === 0 ? none : `${passed}/${gates.length}`;
}
