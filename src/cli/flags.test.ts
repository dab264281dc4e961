import { expect, test } from "vitest";
import { bool, count, duration, list, port, regexp } from "./flags.ts";

test.each<[(text: string) => unknown, string, unknown]>([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [bool, text, true] as [typeof bool, string, boolean]),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [bool, text, false] as [typeof bool, string, boolean]),
  [list, "app, name,,app.kubernetes.io/name", ["app", "name", "app.kubernetes.io/name"]],
  [list, "", []],
  [port, "0", 0],
  [port, "65535", 65535],
  [count, "1", 1],
  [count, "250", 250],
  [duration, "1m30s", 90_000],
  [regexp, "^(test|prod)$", "^(test|prod)$"],
])("%o reads %o", (read, text, value) => {
  expect(read(text)).toEqual(value);
});

test.each<[(text: string) => unknown, string, string]>([
  [bool, "", "Write true or false."],
  [bool, "yes", "Write true or false."],
  [port, "", "Write a whole number."],
  [port, "-1", "Write a whole number."],
  [port, "80.5", "Write a whole number."],
  [port, "65536", "Write a port, up to 65535."],
  [count, "0", "Write 1 or more."],
  [count, "1e3", "Write a whole number."],
  [duration, "10", 'invalid duration "10": write numbers and units, such as 30s or 1m30s'],
  [regexp, "(", "Invalid regular expression: /(/: Unterminated group"],
])("%o refuses %o", (read, text, message) => {
  expect(() => read(text)).toThrow(message);
});
