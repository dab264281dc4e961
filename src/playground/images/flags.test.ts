import { expect, test } from "vitest";
import { readFlags } from "./flags.ts";

const defaults = { n: 200, q: 0, m: "GET", H: [] as readonly string[], h2: false, "dry-run": true };

test.each<[readonly string[], Partial<typeof defaults>, readonly string[]]>([
  [[], {}, []],
  [["-n", "4", "--q=0.5", "-m=", "url", "-n", "5"], { n: 4, q: 0.5, m: "" }, ["url", "-n", "5"]],
  [["-h2", "-dry-run=false", "-H", "a: b", "-H=c: d=e"], { h2: true, "dry-run": false, H: ["a: b", "c: d=e"] }, []],
  [["--", "-n"], {}, ["-n"]],
  [["-m", "-n", "-"], { m: "-n" }, ["-"]],
])("%j", (args, given, rest) => {
  expect(readFlags(args, defaults)).toEqual({ flags: { ...defaults, ...given }, rest });
});

test.each([
  [["-x"], "flag provided but not defined: -x"],
  [["-n"], "flag needs an argument: -n"],
  [["-n=ten"], 'invalid value "ten" for flag -n'],
  [["-h2=maybe"], 'invalid value "maybe" for flag -h2'],
])("refuses %j", (args, message) => {
  expect(() => readFlags(args, defaults)).toThrow(message);
});
