import { readFile } from "node:fs/promises";
import { sleep } from "../clock.ts";
import { InvalidTask, TaskFailed } from "./errors.ts";
import { askJson } from "./json.ts";
import type { Metadata } from "./payload.ts";
import { required } from "./task.ts";
import type { Task, TaskKind, Tools } from "./task.ts";

const requestTimeoutMs = 60_000;
const failures: readonly unknown[] = ["FAILED", "CANCELLED", "TIMED_OUT"];
const argument = "arguments.";

interface Settings {
  /** URL that starts a process; below it is the URL of each. */
  readonly processes: string;
  /** What the process is started with. */
  readonly form: readonly (readonly [name: string, value: string])[];
  /** File with the API key. */
  readonly apiKeyPath: string;
  readonly pollIntervalMs: number;
  readonly pollTimeoutMs: number;
}

/**
 * A process of Concord, which the webhook waits for: `pollTimeout` seconds at most, looking every `pollInterval` seconds.
 * Source: concord.walmartlabs.com/docs/api/process.html.
 */
export const concord: TaskKind = {
  type: "concord",
  background: false,
  create: (metadata, tools) => process(settings(metadata), tools),
};

function settings(metadata: Metadata): Settings {
  const server = required(metadata, "server");
  if (!URL.canParse(server)) throw new InvalidTask(`server is not a URL: ${server}`);
  if (metadata["arguments.endpoint"] !== undefined) {
    throw new InvalidTask("arguments.endpoint cannot be set: the process gets endpoint under this name");
  }
  return {
    processes: new URL("/api/v1/process", server).toString(),
    form: [
      ["org", required(metadata, "org")],
      ["project", required(metadata, "project")],
      ["repo", required(metadata, "repo")],
      ["entryPoint", required(metadata, "entrypoint")],
      [`${argument}endpoint`, required(metadata, "endpoint")],
      ...Object.entries(metadata).filter(([key]) => key.startsWith(argument)),
    ],
    apiKeyPath: required(metadata, "apiKeyPath"),
    pollIntervalMs: seconds(metadata, "pollInterval", 5, 1),
    pollTimeoutMs: seconds(metadata, "pollTimeout", 30, 0),
  };
}

/** In milliseconds, the seconds that the metadata gives: `least` or more. */
function seconds(metadata: Metadata, key: string, byDefault: number, least: number): number {
  const text = metadata[key] ?? String(byDefault);
  if (!/^\d+$/.test(text) || Number(text) < least) {
    throw new InvalidTask(`${key} is not a number of seconds from ${least} on: ${text}`);
  }
  return Number(text) * 1000;
}

function process(settings: Settings, { clock, http, log }: Tools): Task {
  const { processes, form, apiKeyPath, pollIntervalMs, pollTimeoutMs } = settings;
  return {
    description: `Concord process ${form.map(([, value]) => value).join(" ")}`,
    run: async (signal) => {
      const authorization = await apiKey(apiKeyPath);
      const { body, contentType } = await multipart(form);
      const headers = { authorization, "content-type": contentType };
      const common = { timeoutMs: requestTimeoutMs, signal };
      const started = await askJson(http, { ...common, method: "POST", url: processes, headers, body });
      const id = started["instanceId"];
      if (typeof id !== "string") throw new TaskFailed("Concord did not say which process it has started");
      log.info(`Concord process ${id} started`);

      const deadline = clock.now() + pollTimeoutMs;
      for (;;) {
        await sleep(clock, pollIntervalMs, signal);
        const url = `${processes}/${encodeURIComponent(id)}`;
        const { status } = await askJson(http, { ...common, method: "GET", url, headers: { authorization } });
        if (status === "FINISHED") return "";
        if (failures.includes(status)) throw new TaskFailed(`Concord process ${id} ended with ${String(status)}`);
        if (clock.now() >= deadline) {
          throw new TaskFailed(`Concord process ${id} has not finished after ${pollTimeoutMs / 1000} seconds`);
        }
      }
    },
  };
}

/** @throws TaskFailed when there is no such file */
async function apiKey(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    throw new TaskFailed(`apiKeyPath: cannot read ${path}`, { cause });
  }
}

/** The fields as `multipart/form-data`. */
async function multipart(fields: Settings["form"]): Promise<{ readonly body: string; readonly contentType: string }> {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  const encoded = new Response(form);
  return { body: await encoded.text(), contentType: encoded.headers.get("content-type") ?? "" };
}
