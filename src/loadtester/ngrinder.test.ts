import { expect, test } from "vitest";
import type { Clock } from "../clock.ts";
import { createHttp } from "../http.ts";
import { hastyClock } from "../testing/hasty-clock.ts";
import { openLogBook } from "../testing/log.ts";
import { startLoopback } from "../testing/loopback.ts";
import type { Answer } from "../testing/loopback.ts";
import { InvalidTask, TaskFailed } from "./errors.ts";
import { ngrinder } from "./ngrinder.ts";
import type { Metadata } from "./payload.ts";
import { runProcess } from "./process.ts";
import type { Task, Tools } from "./task.ts";

const never = new AbortController().signal;
const metadata = { type: "ngrinder", clone: "7", username: "admin", passwd: btoa("s3cr:t") };

function tools(clock: Clock): Tools {
  return { clock, http: createHttp(), runProcess, log: openLogBook().log };
}

function create(changes: Metadata, clock: Clock = hastyClock()): Task {
  return ngrinder.create({ ...metadata, ...changes }, tools(clock));
}

/** An nGrinder server whose test 42 goes through these statuses. */
function startServer(statuses: readonly Answer[]) {
  return startLoopback(({ method }, index) =>
    method === "POST" ? { body: '{"id":42}' } : (statuses[index - 1] ?? {}),
  );
}

const status = (id: string): Answer => ({ body: JSON.stringify({ success: true, status: [{ status_id: id }] }) });

test("starts a copy of the test and looks at it until it has finished", async () => {
  await using server = await startServer([status("START_TESTING"), status("TESTING"), status("FINISHED")]);
  const clock = hastyClock();
  expect(await create({ server: server.url, pollInterval: "5s" }, clock).run(never)).toBe("");
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /perftest/api/7/clone_and_start",
    "GET /perftest/api/42/status",
    "GET /perftest/api/42/status",
    "GET /perftest/api/42/status",
  ]);
  expect(server.received[0]?.headers.authorization).toBe(`Basic ${btoa("admin:s3cr:t")}`);
  expect(clock.delays).toEqual([5000, 5000, 5000]);
});

test("goes on when the server does not tell the status", async () => {
  const poor = [
    { status: 502, body: "bad gateway" },
    { body: "[]" },
    { body: '{"status":[]}' },
    { body: '{"success":false}' },
  ];
  await using server = await startServer([...poor, status("FINISHED")]);
  const clock = hastyClock();
  expect(await create({ server: server.url }, clock).run(never)).toBe("");
  expect(clock.delays).toEqual([1000, 1000, 1000, 1000, 1000]);
});

test.each(["STOP_BY_ERROR", "CANCELED", "UNKNOWN"])("fails when the test ends with %s", async (id) => {
  await using server = await startServer([status(id)]);
  await expect(create({ server: server.url }).run(never)).rejects.toThrow(
    new TaskFailed(`nGrinder test 42 ended with ${id}`),
  );
});

test.each([
  [{ status: 401, body: "who?" }, "answered 401: who?"],
  [{ body: "<html>" }, "answered 200: <html>"],
  [{ body: '{"success":false,"message":"no agents"}' }, 'nGrinder refused: {"success":false,"message":"no agents"}'],
  [{ body: '{"id":"42"}' }, "nGrinder did not say which test it has started"],
])("fails when the test is not started: %j", async (answer, message) => {
  await using server = await startLoopback(() => answer);
  await expect(create({ server: server.url }).run(never)).rejects.toThrow(message);
});

test("stops the test when its time is over", async () => {
  const abort = new AbortController();
  await using server = await startLoopback(({ method }) => {
    if (method === "GET") abort.abort(new TaskFailed("timed out after 60 seconds"));
    return { body: '{"id":42}' };
  });
  await expect(create({ server: server.url }).run(abort.signal)).rejects.toThrow(
    new TaskFailed("timed out after 60 seconds"),
  );
  expect(server.received.at(-1)).toMatchObject({ method: "PUT", path: "/perftest/api/42?action=stop" });
});

test.each(["server", "clone", "username", "passwd"])("cannot do without %s", (key) => {
  const { [key]: _, ...rest }: Metadata = { ...metadata, server: "http://ngrinder" };
  expect(() => ngrinder.create(rest, tools(hastyClock()))).toThrow(new InvalidTask(`${key} not found in metadata`));
});

test.each([
  [{ server: "ngrinder" }, "server is not a URL: ngrinder"],
  [{ clone: "seven" }, "clone is not the number of a test: seven"],
  [{ pollInterval: "0s" }, "pollInterval is not longer than 0: 0s"],
  [{ pollInterval: "often" }, 'pollInterval: invalid duration "often": write numbers and units, such as 30s or 1m30s'],
])("refuses %j", (changes, message) => {
  expect(() => create({ server: "http://ngrinder", ...changes })).toThrow(new InvalidTask(message));
});
