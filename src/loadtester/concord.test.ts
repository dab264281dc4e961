import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Clock } from "../clock.ts";
import { createHttp } from "../http.ts";
import { hastyClock } from "../testing/hasty-clock.ts";
import { openLogBook } from "../testing/log.ts";
import { startLoopback } from "../testing/loopback.ts";
import type { Received } from "../testing/loopback.ts";
import { concord } from "./concord.ts";
import { InvalidTask, TaskFailed } from "./errors.ts";
import type { Metadata } from "./payload.ts";
import { runProcess } from "./process.ts";
import type { Task, Tools } from "./task.ts";

const never = new AbortController().signal;
let directory: string;
let metadata: Metadata;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "concord-"));
  const apiKeyPath = join(directory, "key");
  await writeFile(apiKeyPath, "api-key\n");
  metadata = {
    type: "concord",
    server: "http://concord/ignored",
    org: "Sales",
    project: "shop",
    repo: "flows",
    entrypoint: "smoke-test",
    endpoint: "http://shop-canary/",
    apiKeyPath,
  };
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

function tools(clock: Clock): Tools {
  return { clock, http: createHttp(), runProcess, log: openLogBook().log };
}

function create(changes: Metadata, clock: Clock = hastyClock()): Task {
  return concord.create({ ...metadata, ...changes }, tools(clock));
}

/** A Concord server whose process goes through these statuses, and stays in the last one. */
function startServer(statuses: readonly string[]) {
  return startLoopback(({ method }, index) => {
    const status = statuses[Math.min(index, statuses.length) - 1];
    return {
      body: JSON.stringify(method === "POST" ? { ok: true, instanceId: "a-1" } : { instanceId: "a-1", status }),
    };
  });
}

/** The parts of a multipart body, its boundary cut out. */
function partsOf({ headers, body }: Received): readonly string[] {
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(headers["content-type"] ?? "")?.[1] ?? "none";
  return body.split(`--${boundary}`).map((part) => part.trim());
}

test("starts the process and waits until it has finished", async () => {
  await using server = await startServer(["ENQUEUED", "RUNNING", "FINISHED"]);
  const clock = hastyClock();
  const given = { server: server.url, "arguments.depth": "2", "arguments.note": 'a "b"\r\nc' };
  expect(await create(given, clock).run(never)).toBe("");
  expect(
    server.received.map(({ method, path, headers }) => `${method} ${path} ${headers.authorization ?? ""}`),
  ).toEqual([
    "POST /api/v1/process api-key",
    "GET /api/v1/process/a-1 api-key",
    "GET /api/v1/process/a-1 api-key",
    "GET /api/v1/process/a-1 api-key",
  ]);
  expect(server.received.slice(0, 1).map(partsOf)).toEqual([
    [
      "",
      'Content-Disposition: form-data; name="org"\r\n\r\nSales',
      'Content-Disposition: form-data; name="project"\r\n\r\nshop',
      'Content-Disposition: form-data; name="repo"\r\n\r\nflows',
      'Content-Disposition: form-data; name="entryPoint"\r\n\r\nsmoke-test',
      'Content-Disposition: form-data; name="arguments.endpoint"\r\n\r\nhttp://shop-canary/',
      'Content-Disposition: form-data; name="arguments.depth"\r\n\r\n2',
      'Content-Disposition: form-data; name="arguments.note"\r\n\r\na "b"\r\nc',
      "--",
    ],
  ]);
  expect(clock.delays).toEqual([5000, 5000, 5000]);
});

test.each(["FAILED", "CANCELLED", "TIMED_OUT"])("fails when the process ends with %s", async (status) => {
  await using server = await startServer(["RUNNING", status]);
  await expect(create({ server: server.url }).run(never)).rejects.toThrow(
    new TaskFailed(`Concord process a-1 ended with ${status}`),
  );
});

test("does not wait longer than it is told", async () => {
  await using server = await startServer(["RUNNING"]);
  const clock = hastyClock();
  await expect(create({ server: server.url, pollInterval: "2", pollTimeout: "5" }, clock).run(never)).rejects.toThrow(
    new TaskFailed("Concord process a-1 has not finished after 5 seconds"),
  );
  expect(clock.delays).toEqual([2000, 2000, 2000]);
});

test.each([
  [{ status: 401, body: "who?" }, "answered 401: who?"],
  [{ body: "<html>" }, "answered 200: <html>"],
  [{ body: "{}" }, "Concord did not say which process it has started"],
])("fails when the process is not started: %j", async (answer, message) => {
  await using server = await startLoopback(() => answer);
  await expect(create({ server: server.url }).run(never)).rejects.toThrow(message);
});

test("fails without the API key", async () => {
  await expect(create({ apiKeyPath: "/nowhere/key" }).run(never)).rejects.toThrow(
    new TaskFailed("apiKeyPath: cannot read /nowhere/key"),
  );
});

test("ends when its signal is aborted", async () => {
  const abort = new AbortController();
  await using server = await startLoopback(({ method }) => {
    if (method === "GET") abort.abort(new TaskFailed("timed out after 60 seconds"));
    return { body: '{"instanceId":"a-1"}' };
  });
  await expect(create({ server: server.url }).run(abort.signal)).rejects.toThrow("timed out after 60 seconds");
});

test.each(["server", "org", "project", "repo", "entrypoint", "endpoint", "apiKeyPath"])(
  "cannot do without %s",
  (key) => {
    const { [key]: _, ...rest } = metadata;
    expect(() => concord.create(rest, tools(hastyClock()))).toThrow(new InvalidTask(`${key} not found in metadata`));
  },
);

test.each<[Metadata, string]>([
  [{ server: "concord" }, "server is not a URL: concord"],
  [{ "arguments.endpoint": "x" }, "arguments.endpoint cannot be set: the process gets endpoint under this name"],
  [{ pollInterval: "5s" }, "pollInterval is not a number of seconds from 1 on: 5s"],
  [{ pollInterval: "0" }, "pollInterval is not a number of seconds from 1 on: 0"],
  [{ pollTimeout: "" }, "pollTimeout is not a number of seconds from 0 on: "],
])("refuses %j", (changes, message) => {
  expect(() => create(changes)).toThrow(new InvalidTask(message));
});
