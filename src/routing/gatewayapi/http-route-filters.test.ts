import { expect, test } from "vitest";
import type { CanaryService } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { addToAnswers, filtersOf } from "./http-route-filters.ts";
import type { HttpRouteFilter } from "./http-route.ts";

type Spec = Omit<CanaryService, "port">;

test.each<[string, Spec, readonly HttpRouteFilter[]]>([
  ["nothing", {}, []],
  [
    "headers, by name",
    {
      headers: {
        request: { add: { b: "2", a: "1" }, remove: ["z", "y"] },
        response: { set: { d: "4", c: "3" }, add: {} },
      },
    },
    [
      {
        type: "RequestHeaderModifier",
        requestHeaderModifier: {
          add: [
            { name: "a", value: "1" },
            { name: "b", value: "2" },
          ],
          remove: ["z", "y"],
        },
      },
      {
        type: "ResponseHeaderModifier",
        responseHeaderModifier: {
          set: [
            { name: "c", value: "3" },
            { name: "d", value: "4" },
          ],
        },
      },
    ],
  ],
  [
    "a new beginning of the path",
    { rewrite: { uri: "/v2", type: "ReplacePrefixMatch" } },
    [{ type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" } } }],
  ],
  [
    "a new path and host",
    { rewrite: { uri: "/v2", authority: "example.com", type: "" } },
    [
      {
        type: "URLRewrite",
        urlRewrite: { hostname: "example.com", path: { type: "ReplaceFullPath", replaceFullPath: "/v2" } },
      },
    ],
  ],
  [
    "a new host",
    { rewrite: { authority: "example.com" } },
    [{ type: "URLRewrite", urlRewrite: { hostname: "example.com" } }],
  ],
  [
    "copies",
    {
      mirror: [
        { backendRef: { name: "log", port: 80 } },
        { backendRef: { group: "example.com", kind: "Sink", name: "sink", namespace: "logs" } },
      ],
    },
    [
      { type: "RequestMirror", requestMirror: { backendRef: { group: "", kind: "Service", name: "log", port: 80 } } },
      {
        type: "RequestMirror",
        requestMirror: { backendRef: { group: "example.com", kind: "Sink", name: "sink", namespace: "logs" } },
      },
    ],
  ],
  [
    "cross-origin requests",
    {
      corsPolicy: {
        allowOrigin: ["https://example.com"],
        allowOrigins: [{ regex: ".*" }],
        allowMethods: ["GET"],
        allowHeaders: ["x-a"],
        exposeHeaders: ["x-b"],
        allowCredentials: true,
        maxAge: "1h30m",
      },
    },
    [
      {
        type: "CORS",
        cors: {
          allowOrigins: ["https://example.com"],
          allowMethods: ["GET"],
          allowHeaders: ["x-a"],
          exposeHeaders: ["x-b"],
          allowCredentials: true,
          maxAge: 5400,
        },
      },
    ],
  ],
  ["cross-origin requests of nobody", { corsPolicy: { allowOrigin: [] } }, [{ type: "CORS", cors: { maxAge: 5 } }]],
])("makes filters of %s", (_, spec, filters) => {
  expect(filtersOf({ port: 80, ...spec }, "v1")).toEqual(filters);
});

const everything: Spec = {
  corsPolicy: { allowOrigin: ["*"] },
  mirror: [{ backendRef: { name: "log", port: 80 } }],
  rewrite: { uri: "/" },
  headers: { response: { remove: ["a"] }, request: { remove: ["a"] } },
};

test.each([
  ["v1", ["RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite", "RequestMirror", "CORS"]],
  ["v1beta1", ["RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite", "RequestMirror"]],
] as const)("keeps their order in %s", (version, types) => {
  expect(filtersOf({ port: 80, ...everything }, version).map(({ type }) => type)).toEqual(types);
});

test("refuses a maxAge that is no duration", () => {
  expect(() => filtersOf({ port: 80, corsPolicy: { maxAge: "soon" } }, "v1")).toThrow(
    new InvalidSpec('spec.service.corsPolicy.maxAge: must be a duration such as 24h, not "soon"'),
  );
});

test.each<[string, readonly HttpRouteFilter[], readonly HttpRouteFilter[]]>([
  [
    "no other filter",
    [],
    [{ type: "ResponseHeaderModifier", responseHeaderModifier: { add: [{ name: "a", value: "1" }] } }],
  ],
  [
    "other filters",
    [{ type: "URLRewrite", urlRewrite: { hostname: "h" } }],
    [
      { type: "URLRewrite", urlRewrite: { hostname: "h" } },
      { type: "ResponseHeaderModifier", responseHeaderModifier: { add: [{ name: "a", value: "1" }] } },
    ],
  ],
  [
    "a filter of its type, of which a rule may have one",
    [
      { type: "ResponseHeaderModifier", responseHeaderModifier: { add: [{ name: "b", value: "2" }], remove: ["c"] } },
      { type: "URLRewrite", urlRewrite: { hostname: "h" } },
    ],
    [
      {
        type: "ResponseHeaderModifier",
        responseHeaderModifier: {
          add: [
            { name: "b", value: "2" },
            { name: "a", value: "1" },
          ],
          remove: ["c"],
        },
      },
      { type: "URLRewrite", urlRewrite: { hostname: "h" } },
    ],
  ],
])("adds a header beside %s", (_, filters, expected) => {
  expect(addToAnswers(filters, { name: "a", value: "1" })).toEqual(expected);
});
