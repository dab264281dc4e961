import { expect, test } from "vitest";
import type { MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { triedHeaders } from "./header-matches.ts";
import type { HeaderMatch } from "./header-matches.ts";

test.each<[string, readonly MatchCondition[], readonly (readonly HeaderMatch[])[]]>([
  ["no match", [], []],
  [
    "all comparisons, by name",
    [{ headers: { d: { regex: "4" }, c: { suffix: "3" }, b: { prefix: "2" }, a: { exact: "1" } } }],
    [
      [
        { name: "a", match: { exact: "1" } },
        { name: "b", match: { prefix: "2" } },
        { name: "c", match: { suffix: "3" } },
        { name: "d", match: { regex: "4" } },
      ],
    ],
  ],
  [
    "any of several, without one on other things",
    [{ headers: { a: { exact: "1" } } }, { sourceLabels: { app: "web" } }, { headers: { a: { exact: "2" } } }],
    [[{ name: "a", match: { exact: "1" } }], [{ name: "a", match: { exact: "2" } }]],
  ],
])("%s", (_, match, headers) => {
  expect(triedHeaders(match)).toEqual(headers);
});

test.each<[string, readonly MatchCondition[], string]>([
  [
    "no header",
    [{ sourceLabels: { app: "web" } }],
    "spec.analysis.match: must have headers, by which alone App Mesh can tell requests apart here",
  ],
  [
    "a query parameter",
    [{ headers: { a: { exact: "1" } } }, { queryParams: { b: { exact: "2" } } }],
    "spec.analysis.match[1].queryParams: not supported with App Mesh, use headers",
  ],
  [
    "no comparison",
    [{ headers: { "x-user": { exact: "" } } }],
    "spec.analysis.match[0].headers.x-user: must have exact, prefix, suffix or regex",
  ],
])("%s is refused", (_, match, message) => {
  expect(() => triedHeaders(match)).toThrow(new InvalidSpec(message));
});
