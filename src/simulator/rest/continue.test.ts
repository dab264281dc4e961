import { expect, test } from "vitest";
import { decodeContinue, encodeContinue } from "./continue.ts";

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test.each([
  { version: 12, after: "test/podinfo" },
  { version: undefined, after: "podinfo" },
])("a token says where to go on: %o", (page) => {
  expect(decodeContinue(encodeContinue(page))).toEqual(page);
});

test("a token reads as the API server writes it", () => {
  expect(Buffer.from(encodeContinue({ version: 3, after: "a/b" }), "base64url").toString()).toBe(
    String.raw`{"v":"meta.k8s.io/v1","rv":3,"start":"a/b\u0000"}`,
  );
});

test.each([
  ["nonsense", "continue key is not valid"],
  [encode({ v: "v2", rv: 1, start: "a" }), "server does not recognize this encoded version v2"],
  [encode({ v: "meta.k8s.io/v1", rv: 0, start: "a" }), "incorrect encoded start resourceVersion"],
  [encode({ v: "meta.k8s.io/v1", rv: 1 }), "encoded start key empty"],
])("refuses %s", (token, message) => {
  expect(() => decodeContinue(token)).toThrow(message);
});
