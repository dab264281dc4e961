import { expect, test } from "vitest";
import { readFacts } from "./ask.ts";
import type { Asking } from "./ask.ts";

const asking = (asked: Partial<Asking>): Asking => ({
  method: "GET",
  url: "/",
  headers: { host: ["podinfo.test:9898"] },
  tunnel: undefined,
  ownPort: 8080,
  ...asked,
});
const tunnel = { host: "podinfo", port: 9898, caller: "test" };
const credentials = { "proxy-authorization": [`Basic ${Buffer.from("test:x").toString("base64")}`] };
const facts = { method: "GET", path: "/", query: "", caller: undefined };

test.each([
  [
    "a request by Host",
    asking({ url: "/a/b?c=/d?e" }),
    {
      ...facts,
      host: "podinfo.test",
      port: 9898,
      path: "/a/b",
      query: "?c=/d?e",
      headers: { host: "podinfo.test:9898" },
      direct: true,
    },
  ],
  [
    "a request to a proxy, whatever its Host",
    asking({ url: "http://User@APP.example.com.?x=1#y" }),
    {
      ...facts,
      host: "app.example.com",
      port: 80,
      query: "?x=1",
      headers: { host: "app.example.com" },
      direct: false,
    },
  ],
  [
    "a request to a proxy that means the proxy",
    asking({ url: "http://127.0.0.1:8080/a", headers: { host: ["app.example.com"] } }),
    { ...facts, host: "app.example.com", port: 80, path: "/a", headers: { host: "app.example.com" }, direct: true },
  ],
  [
    "a request of a known caller",
    asking({ url: "http://podinfo:9898/", headers: { host: ["podinfo:9898"], ...credentials } }),
    {
      ...facts,
      host: "podinfo",
      port: 9898,
      headers: { host: "podinfo:9898", "proxy-authorization": "Basic dGVzdDp4" },
      caller: "test",
      direct: false,
    },
  ],
  [
    "a request through a tunnel",
    asking({ tunnel, headers: { host: ["other"], cookie: ["a=1", "b=2"], accept: ["a", "b"] } }),
    {
      ...facts,
      host: "podinfo",
      port: 9898,
      headers: { host: "other", cookie: "a=1; b=2", accept: "a, b" },
      caller: "test",
      direct: false,
    },
  ],
  ["a request with no Host", asking({ headers: {} }), undefined],
  ["an odd Host", asking({ headers: { host: ["[::1]:80"] } }), undefined],
  ["an odd port", asking({ headers: { host: ["podinfo:99999"] } }), undefined],
  ["another scheme", asking({ url: "https://podinfo.test/" }), undefined],
  ["an odd target", asking({ url: "podinfo.test" }), undefined],
] as const)("reads %s", (_, asked, expected) => {
  expect(readFacts(asked)).toEqual(expected);
});
