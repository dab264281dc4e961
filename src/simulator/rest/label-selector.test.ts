import { expect, test } from "vitest";
import { parseLabelSelector } from "./label-selector.ts";

const objects = [{}, { app: "web" }, { app: "web", tier: "1" }, { app: "db", tier: "2" }, { app: "", tier: "x" }];
const selected = (text: string): readonly number[] =>
  objects.flatMap((labels, index) => (parseLabelSelector(text)(labels) ? [index] : []));

test.each([
  ["", [0, 1, 2, 3, 4]],
  ["app", [1, 2, 3, 4]],
  ["!app", [0]],
  ["app=web", [1, 2]],
  ["app == web , tier=1", [2]],
  ["app!=web", [0, 3, 4]],
  ["app=", [4]],
  ["app in (web,db)", [1, 2, 3]],
  ["app in (,db)", [3, 4]],
  ["app notin (web, db)", [0, 4]],
  ["tier>1", [3]],
  ["tier<2,app=web", [2]],
  ["!tier,app", [1]],
] as const)("%s", (text, expected) => {
  expect(selected(text)).toEqual(expected);
});

test.each([
  ["=a", "found '=', expected: !, identifier, or 'end of string'"],
  ["a,", "found '', expected: identifier after ','"],
  ["a,,b", "found ',', expected: identifier after ','"],
  ["a b", "unable to parse requirement: found 'b', expected: =, !=, ==, in, notin, >, <"],
  ["a=b c", "found 'c', expected: ',' or 'end of string'"],
  ["a in b", "unable to parse requirement: found 'b' expected: '('"],
  ["a in (b", "unable to parse requirement: found '', expected: ',' or ')'"],
  [
    "a>b",
    "unable to parse requirement: <nil>: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
  ],
  ["! =", "unable to parse requirement: found '=', expected: identifier"],
])("refuses %s", (text, message) => {
  expect(() => parseLabelSelector(text)).toThrow(message);
});

test("refuses what cannot be a key or a value", () => {
  expect(() => parseLabelSelector("a_=b")).toThrow("name part must consist of alphanumeric characters");
  expect(() => parseLabelSelector("a=-b")).toThrow("a valid label must be an empty string or consist of");
});
