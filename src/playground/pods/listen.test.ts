import { expect, test } from "vitest";
import { redirected } from "./listen.ts";

const ports = new Map([[9898, 40001]]);
const onListening = (): void => undefined;

test.each<[string, readonly unknown[], readonly unknown[]]>([
  ["no arguments", [], [0, "127.16.0.1"]],
  ["a callback", [onListening], [0, "127.16.0.1", onListening]],
  ["a port", [8080], [8080, "127.16.0.1"]],
  ["a port of the pod, as text", ["9898", onListening], [40001, "127.16.0.1", onListening]],
  ["a port and all addresses", [9898, "0.0.0.0", 511, onListening], [40001, "127.16.0.1", 511, onListening]],
  ["a port and a backlog", [9898, 511, onListening], [40001, "127.16.0.1", 511, onListening]],
  ["a port and an address", [9898, "localhost", onListening], [40001, "localhost", onListening]],
  [
    "options",
    [{ port: 9898, host: "::", backlog: 1 }, onListening],
    [{ port: 40001, host: "127.16.0.1", backlog: 1 }, onListening],
  ],
  ["options without a host", [{ port: 8080 }], [{ port: 8080, host: "127.16.0.1" }]],
  ["a path", ["/run/app.sock"], ["/run/app.sock"]],
  ["options with a path", [{ path: "/run/app.sock" }], [{ path: "/run/app.sock" }]],
])("%s", (_, args, expected) => {
  expect(redirected(args, "127.16.0.1", ports)).toEqual(expected);
});
