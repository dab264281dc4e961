import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { aggregatedType } from "./aggregated-discovery.ts";
import { began, createTestClient } from "./testing.ts";

const { get, send } = createTestClient(createApiServer({ clock: createVirtualClock(began) }).transport);
const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const partVerbs = ["get", "patch", "update"];
const named = (list: unknown, key: string, name: string): unknown =>
  (list as readonly Readonly<Record<string, unknown>>[]).find((one) => one[key] === name);

test("tells the groups and their versions", async () => {
  expect((await get("/api")).body).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
  const apps = { groupVersion: "apps/v1", version: "v1" };
  const group = { name: "apps", versions: [apps], preferredVersion: apps };
  expect((await get("/apis/apps")).body).toEqual({ kind: "APIGroup", apiVersion: "v1", ...group });
  const { body } = await get("/apis");
  expect(named((body as { readonly groups: unknown }).groups, "name", "apps")).toEqual(group);
});

test("tells what is served in a version", async () => {
  const { body } = await get("/apis/apps/v1");
  const { resources, ...rest } = body as { readonly resources: unknown };
  expect(rest).toEqual({ kind: "APIResourceList", apiVersion: "v1", groupVersion: "apps/v1" });
  const parts = ["deployments", "deployments/scale", "deployments/status"];
  expect(parts.map((name) => named(resources, "name", name))).toEqual([
    {
      name: "deployments",
      singularName: "deployment",
      namespaced: true,
      kind: "Deployment",
      verbs,
      shortNames: ["deploy"],
      categories: ["all"],
    },
    {
      name: "deployments/scale",
      singularName: "",
      namespaced: true,
      group: "autoscaling",
      version: "v1",
      kind: "Scale",
      verbs: partVerbs,
    },
    { name: "deployments/status", singularName: "", namespaced: true, kind: "Deployment", verbs: partVerbs },
  ]);
});

test("tells everything at once to those who take it", async () => {
  const { body } = await get("/apis", `${aggregatedType},application/json`);
  const { items, ...rest } = body as { readonly items: readonly { readonly metadata: { readonly name: string } }[] };
  expect(rest).toEqual({ kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {} });
  const apps = items.find(({ metadata }) => metadata.name === "apps");
  const responseKind = { group: "", version: "", kind: "DaemonSet" };
  expect(apps).toMatchObject({ versions: [{ version: "v1", freshness: "Current" }] });
  const [version] = (apps as unknown as { readonly versions: readonly { readonly resources: unknown }[] }).versions;
  expect(named(version?.resources, "resource", "daemonsets")).toEqual({
    resource: "daemonsets",
    responseKind,
    scope: "Namespaced",
    singularResource: "daemonset",
    verbs,
    shortNames: ["ds"],
    categories: ["all"],
    subresources: [{ subresource: "status", responseKind, verbs: partVerbs }],
  });
});

test("describes the kinds of a version in OpenAPI", async () => {
  const { body } = await get("/openapi/v3");
  const { paths } = body as { readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>> };
  const { serverRelativeURL = "" } = paths["apis/apps/v1"] ?? {};
  expect(serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
  expect((await get(serverRelativeURL)).body).toMatchObject({
    openapi: "3.0.0",
    paths: {
      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}": {
        patch: {
          "x-kubernetes-action": "patch",
          "x-kubernetes-group-version-kind": { group: "apps", version: "v1", kind: "Deployment" },
        },
      },
    },
    components: {
      schemas: {
        "io.k8s.api.apps.v1.Deployment": {
          properties: { spec: { allOf: [{ $ref: "#/components/schemas/v1.DeploymentSpec" }], default: {} } },
          "x-kubernetes-group-version-kind": [{ group: "apps", version: "v1", kind: "Deployment" }],
        },
        "v1.PodSpec": {
          properties: {
            containers: {
              type: "array",
              items: { $ref: "#/components/schemas/v1.Container" },
              "x-kubernetes-patch-merge-key": "name",
              "x-kubernetes-patch-strategy": "merge",
            },
          },
        },
      },
    },
  });
  expect((await get("/openapi/v2")).body).toMatchObject({ swagger: "2.0" });
  expect((await get("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")).status).toBe(406);
});

test.each([
  ["/healthz", 200, "ok"],
  ["/livez", 200, "ok"],
  ["/readyz", 200, "ok"],
  ["/nothing", 404, "404 page not found\n"],
  ["/apis/nothing.example.com", 404, "404 page not found\n"],
  ["/apis/apps/v9", 404, "404 page not found\n"],
  ["/apis/apps/v9/deployments", 404, "404 page not found\n"],
  ["/openapi/v3/apis/apps/v9", 404, "404 page not found\n"],
] as const)("%s", async (path, status, body) => {
  expect(await get(path)).toEqual({ status, body, warnings: [] });
});

test("says which version it is of", async () => {
  expect((await get("/version")).body).toMatchObject({ major: "1", minor: "35" });
});

test.each([
  ["GET", "/api/v1/nothings", 404, "NotFound", "the server could not find the requested resource"],
  ["GET", "/api/v1/namespaces/default/nodes", 404, "NotFound", "the server could not find the requested resource"],
  [
    "POST",
    "/api/v1/configmaps",
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  ],
  [
    "PATCH",
    "/api/v1/configmaps",
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  ],
  [
    "DELETE",
    "/api/v1/namespaces",
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  ],
  ["POST", "/version", 405, "MethodNotAllowed", "the server does not allow this method on the requested resource"],
] as const)("%s %s is refused", async (method, path, code, reason, message) => {
  expect((await send(method, path, {})).body).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    details: {},
    code,
  });
});

test("everybody may do everything", async () => {
  const review = async (plural: string) =>
    (await send("POST", `/apis/authorization.k8s.io/v1/${plural}`, { kind: "x" })).body;
  expect(await review("selfsubjectaccessreviews")).toEqual({ kind: "x", metadata: {}, status: { allowed: true } });
  expect(await review("selfsubjectrulesreviews")).toMatchObject({ status: { incomplete: false } });
});

test("objects and lists are shown as they are wanted", async () => {
  const path = "/api/v1/namespaces/kube-system";
  const { body } = await get(path);
  const { metadata } = body as { readonly metadata: object };
  const partial = { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
  expect((await get(path, "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")).body).toEqual(partial);
  const list = await get("/api/v1/namespaces", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  expect(list.body).toMatchObject({ kind: "PartialObjectMetadataList", metadata: { resourceVersion: "4" } });
  const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
  expect((await get(`${path}?includeObject=None`, `${table},application/json`)).body).toMatchObject({
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: "4" },
    rows: [{ cells: ["kube-system", "Active", "0s"] }],
  });
  expect((await get(`${path}?includeObject=Some`, table)).status).toBe(400);
  expect((await get(path, "application/vnd.kubernetes.protobuf")).body).toMatchObject({
    code: 406,
    message: "only the following media types are accepted: application/json",
  });
  expect((await get(path, "application/vnd.kubernetes.protobuf,*/*")).body).toEqual(body);
});
