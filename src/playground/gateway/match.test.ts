import { expect, test } from "vitest";
import { matchesHost, pathPrefix, regex, replacePrefix } from "./match.ts";

test.each([
  ["/", "/", true],
  ["/", "/api", true],
  ["/api", "/api", true],
  ["/api", "/api/", true],
  ["/api", "/api/info", true],
  ["/api", "/apis", false],
  ["/api/", "/api", true],
  ["/api/", "/apis", false],
])("the prefix %s of %s: %s", (prefix, path, expected) => {
  expect(pathPrefix(prefix)(path)).toBe(expected);
});

test.each([
  ["/api/info", "/api", "/v2", "/v2/info"],
  ["/api", "/api", "/v2", "/v2"],
  ["/api/", "/api", "/v2", "/v2"],
  ["/api/info", "/api", "/", "/info"],
  ["/api/info", "/api", "", "/info"],
  ["/api", "/api", "/", "/"],
  ["/api/info", "/api/", "/v2/", "/v2/info"],
  ["/info", "/", "/v2", "/v2/info"],
])("%s with %s replaced by %s is %s", (path, prefix, replacement, expected) => {
  expect(replacePrefix(path, prefix, replacement)).toBe(expected);
});

test.each([
  [".*user=a.*", "x; user=a; y", true],
  ["user", "a user", false],
  ["(?i)insider", "INSIDER", true],
  ["a|b", "b", true],
  ["(", "(", false],
  [".*", undefined, false],
] as const)("the expression %s on %s: %s", (expression, value, expected) => {
  expect(regex(expression)(value)).toBe(expected);
});

test.each([
  ["*", "anything", true],
  ["*.example.com", "a.example.com", true],
  ["*.example.com", "a.b.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", ".example.com", false],
  ["a.example.com", "a.example.com", true],
  ["a.example.com", "b.a.example.com", false],
])("the host %s of %s: %s", (pattern, host, expected) => {
  expect(matchesHost(pattern, host)).toBe(expected);
});
