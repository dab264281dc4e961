import type { StoredObject } from "../resource.ts";
import { getObject } from "./backend.ts";
import type { Backend } from "./backend.ts";
import type { Call, Place } from "./request.ts";
import { badRequest } from "./status.ts";

/** Which part of which container's log is asked for. */
export interface LogRequest {
  readonly pod: StoredObject;
  readonly container: string;
  /** Whether to go on with what is written from now on. */
  readonly follow: boolean;
  /** Whether to give the log of the run before this one. */
  readonly previous: boolean;
  /** Whether each line begins with its time. */
  readonly timestamps: boolean;
  /** Only so many of the last lines; all when undefined. */
  readonly tailLines: number | undefined;
  /** Only lines since then, in milliseconds since the Unix epoch; all when undefined. */
  readonly since: number | undefined;
  /** Only so many bytes; all when undefined. */
  readonly limitBytes: number | undefined;
  readonly signal: AbortSignal;
}

/** Where the logs of pods come from. */
export type PodLogs = (request: LogRequest) => AsyncIterable<Uint8Array>;

interface Named {
  readonly name: string;
}

interface ContainerStatus extends Named {
  readonly state?: { readonly waiting?: { readonly reason?: string } };
  readonly lastState?: { readonly terminated?: unknown };
}

/**
 * The log of a container.
 * @throws StatusError 400 or 404
 */
export function log(backend: Backend, place: Place, { query, signal }: Call): AsyncIterable<Uint8Array> {
  const pod = getObject(backend, place);
  const container = containerOf(pod, query.get("container") ?? "");
  const { nodeName = "" } = (pod["spec"] ?? {}) as { readonly nodeName?: string };
  if (nodeName === "") return nothing();
  checkStarted(pod, container);
  const number = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined);
  const isSet = (name: string): boolean => query.get(name) === "true";
  const sinceSeconds = number("sinceSeconds");
  const sinceTime = query.get("sinceTime");
  return backend.logs({
    pod,
    container,
    follow: isSet("follow"),
    previous: isSet("previous"),
    timestamps: isSet("timestamps"),
    tailLines: number("tailLines"),
    since:
      sinceSeconds === undefined
        ? sinceTime === null
          ? undefined
          : Date.parse(sinceTime)
        : backend.clock.now() - 1000 * sinceSeconds,
    limitBytes: number("limitBytes"),
    signal,
  });
}

function containerOf(pod: StoredObject, asked: string): string {
  const { name } = pod.metadata;
  const { containers = [], initContainers = [] } = (pod["spec"] ?? {}) as {
    readonly containers?: readonly Named[];
    readonly initContainers?: readonly Named[];
  };
  const names = [...initContainers, ...containers].map((container) => container.name);
  if (asked !== "") {
    if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`);
    return asked;
  }
  const [only, ...others] = containers;
  if (only !== undefined && others.length === 0) return only.name;
  const choice = only === undefined ? "" : `, choose one of: [${names.join(" ")}]`;
  throw badRequest(`a container name must be specified for pod ${name}${choice}`);
}

function checkStarted(pod: StoredObject, container: string): void {
  const { containerStatuses = [] } = (pod["status"] ?? {}) as {
    readonly containerStatuses?: readonly ContainerStatus[];
  };
  const { state, lastState } = containerStatuses.find(({ name }) => name === container) ?? {};
  if (state?.waiting === undefined || lastState?.terminated !== undefined) return;
  const why = `is waiting to start: ${state.waiting.reason ?? "ContainerCreating"}`;
  throw badRequest(`container "${container}" in pod "${pod.metadata.name}" ${why}`);
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // A pod that runs nowhere has said nothing.
}
