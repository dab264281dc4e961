import { parseDuration } from "../api/duration.ts";
import { InvalidSpec } from "../api/errors.ts";
import { sleep } from "../clock.ts";
import { Unreachable } from "../http.ts";
import type { HttpRequest } from "../http.ts";
import { InvalidTask, TaskFailed } from "./errors.ts";
import { askJson, isRecord } from "./json.ts";
import type { Metadata } from "./payload.ts";
import { required } from "./task.ts";
import type { Task, TaskKind, Tools } from "./task.ts";

/** How often the test is looked at when `pollInterval` does not say. */
const defaultPollInterval = "1s";
const requestTimeoutMs = 10_000;
const failures: readonly string[] = ["STOP_BY_ERROR", "CANCELED", "UNKNOWN"];

interface Settings {
  readonly server: string;
  /** Number of the test to copy. */
  readonly clone: string;
  readonly login: string;
  readonly pollIntervalMs: number;
}

/**
 * A load test by an nGrinder server: a copy of the test `clone` is run, and stopped at the timeout. `passwd` is in
 * base64. Source: github.com/naver/ngrinder, REST API `/perftest/api`.
 */
export const ngrinder: TaskKind = {
  type: "ngrinder",
  background: true,
  create: (metadata, tools) => loadTest(settings(metadata), tools),
};

function settings(metadata: Metadata): Settings {
  const server = required(metadata, "server");
  const clone = required(metadata, "clone");
  const password = Buffer.from(required(metadata, "passwd"), "base64").toString();
  const login = Buffer.from(`${required(metadata, "username")}:${password}`).toString("base64");
  if (!URL.canParse(server)) throw new InvalidTask(`server is not a URL: ${server}`);
  if (!/^\d+$/.test(clone)) throw new InvalidTask(`clone is not the number of a test: ${clone}`);
  return { server, clone, login, pollIntervalMs: pollInterval(metadata["pollInterval"]) };
}

function pollInterval(text = defaultPollInterval): number {
  try {
    const ms = parseDuration(text);
    if (ms > 0) return ms;
  } catch (cause) {
    if (cause instanceof InvalidSpec) throw new InvalidTask(`pollInterval: ${cause.message}`, { cause });
    throw cause;
  }
  throw new InvalidTask(`pollInterval is not longer than 0: ${text}`);
}

function loadTest({ server, clone, login, pollIntervalMs }: Settings, { clock, http, log }: Tools): Task {
  const ask = async (method: HttpRequest["method"], path: string, signal?: AbortSignal) => {
    const answer = await askJson(http, {
      method,
      url: new URL(`perftest/api/${path}`, server).toString(),
      headers: { authorization: `Basic ${login}` },
      timeoutMs: requestTimeoutMs,
      ...(signal !== undefined && { signal }),
    });
    if (answer["success"] === false) throw new TaskFailed(`nGrinder refused: ${JSON.stringify(answer)}`);
    return answer;
  };

  /** The status of the test; undefined when the server does not tell, which it may do the next time. */
  const look = async (id: number, signal: AbortSignal): Promise<unknown> => {
    try {
      const { status } = await ask("GET", `${id}/status`, signal);
      const first: unknown = Array.isArray(status) ? status[0] : undefined;
      return isRecord(first) ? first["status_id"] : undefined;
    } catch (error) {
      if (!(error instanceof TaskFailed || error instanceof Unreachable)) throw error;
      log.warn(`nGrinder test ${id}: ${error.message}`);
      return undefined;
    }
  };

  return {
    description: `nGrinder test ${clone} of ${server}`,
    run: async (signal) => {
      const { id } = await ask("POST", `${clone}/clone_and_start`, signal);
      if (typeof id !== "number") throw new TaskFailed("nGrinder did not say which test it has started");
      log.info(`nGrinder test ${id} started as a copy of ${clone}`);
      try {
        for (;;) {
          await sleep(clock, pollIntervalMs, signal);
          const status = await look(id, signal);
          if (status === "FINISHED") return "";
          if (typeof status === "string" && failures.includes(status)) {
            throw new TaskFailed(`nGrinder test ${id} ended with ${status}`);
          }
        }
      } finally {
        if (signal.aborted) await ask("PUT", `${id}?action=stop`);
      }
    },
  };
}
