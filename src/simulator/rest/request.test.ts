import { expect, test } from "vitest";
import { resourcePath } from "./request.ts";

const core = { group: "", version: "v1", namespace: "", name: "", subresource: "" };
const apps = { ...core, group: "apps", plural: "deployments" };

test.each([
  ["/api/v1/pods", { ...core, plural: "pods" }],
  ["/api/v1/namespaces", { ...core, plural: "namespaces" }],
  ["/api/v1/namespaces/a", { ...core, plural: "namespaces", name: "a" }],
  ["/api/v1/namespaces/a/status", { ...core, plural: "namespaces", name: "a", subresource: "status" }],
  ["/api/v1/namespaces/a/finalize", { ...core, plural: "namespaces", name: "a", subresource: "finalize" }],
  ["/api/v1/namespaces/a/pods", { ...core, plural: "pods", namespace: "a" }],
  ["/api/v1/namespaces/a/pods/b/log", { ...core, plural: "pods", namespace: "a", name: "b", subresource: "log" }],
  ["/apis/apps/v1/namespaces/a/deployments/b", { ...apps, namespace: "a", name: "b" }],
  ["/apis/apps/v1/deployments", apps],
  ["/api/v1/nodes/a/status", { ...core, plural: "nodes", name: "a", subresource: "status" }],
  [
    "/apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Ab",
    { ...core, group: "rbac.authorization.k8s.io", plural: "clusterroles", name: "a:b" },
  ],
  ["/apis/apps", undefined],
  ["/apis/apps/v1", undefined],
  ["/healthz", undefined],
  ["/api/v1/namespaces/a/pods/b/log/c", undefined],
])("%s", (path, expected) => {
  expect(resourcePath(path)).toEqual(expected === undefined ? undefined : { ...expected, version: "v1" });
});
