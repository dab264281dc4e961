import { expect, test } from "vitest";
import { openRendezvous } from "../testing/rendezvous.ts";
import { runProcess } from "./process.ts";

const never = new AbortController().signal;

test.each([
  ["echo out", { ok: true, how: "exit status 0", output: "out\n" }],
  ["echo err >&2", { ok: true, how: "exit status 0", output: "err\n" }],
  ["printf 'caf\\303\\251'", { ok: true, how: "exit status 0", output: "café" }],
  ["cat", { ok: true, how: "exit status 0", output: "" }],
  ["echo out; exit 3", { ok: false, how: "exit status 3", output: "out\n" }],
  ["kill -TERM $$", { ok: false, how: "killed by SIGTERM", output: "" }],
])("sh -c '%s'", async (command, result) => {
  expect(await runProcess("sh", ["-c", command], never)).toEqual(result);
});

test("finds programs in PATH only", async () => {
  expect(await runProcess("no-such-program", [], never)).toEqual({
    ok: false,
    how: "no-such-program not found in PATH",
    output: "",
  });
});

test.each([
  ["is too long", "x".repeat(200_000), "spawn E2BIG"],
  ["has a NUL", "a\0b", "The argument 'args[1]' must be a string without null bytes. Received 'a\\x00b'"],
])("says when a command %s", async (_, command, how) => {
  expect(await runProcess("sh", ["-c", command], never)).toEqual({ ok: false, how, output: "" });
});

test("keeps the end of a long output", async () => {
  const { output } = await runProcess("sh", ["-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo end"], never);
  expect([output.startsWith("[...]\nxxx"), output.endsWith("xxxend\n")]).toEqual([true, true]);
  expect(output.length).toBeGreaterThanOrEqual(1024 * 1024);
  expect(output.length).toBeLessThan(2 * 1024 * 1024);
});

test("kills the process and its children, and keeps what they wrote", async () => {
  await using rendezvous = await openRendezvous();
  const abort = new AbortController();
  const result = runProcess("sh", ["-c", `echo begun; ${rendezvous.command}; echo not reached`], abort.signal);
  const guest = await rendezvous.arrival();
  abort.abort(new Error("enough"));
  expect(await result).toEqual({ ok: false, how: "enough", output: "begun\n" });
  await guest.gone;
});

test("does not wait for a child that has left the group", async () => {
  await using rendezvous = await openRendezvous();
  const abort = new AbortController();
  const result = runProcess("bash", ["-c", `set -m; ${rendezvous.command} & wait`], abort.signal);
  await rendezvous.arrival();
  abort.abort(new Error("enough"));
  expect(await result).toEqual({ ok: false, how: "enough", output: "" });
});

test("does not begin once the signal is aborted", async () => {
  const result = await runProcess("sh", ["-c", "sleep 60"], AbortSignal.abort(new Error("too late")));
  expect(result).toMatchObject({ ok: false, how: "too late" });
});
