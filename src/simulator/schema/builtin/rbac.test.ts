import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const bindings = builtin("RoleBinding");
const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" };

test("roles", () => {
  const roles = builtin("ClusterRole");
  const rules = [
    { verbs: ["get"] },
    { apiGroups: [""], resources: ["pods"] },
    { verbs: ["get"], nonResourceURLs: ["/a"] },
  ];
  expect(problems(roles, { metadata: { name: "system:reader" }, rules })).toEqual([
    "rules[1].verbs: Required value",
    "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
    "rules[0].resources: Required value: resource rules must supply at least one resource",
  ]);
  const metadata = { creationTimestamp: "2026-01-01T00:00:00Z" };
  expect(cells(roles, { metadata })).toEqual({ Name: "a", "Created At": "2026-01-01T00:00:00Z" });
});

test("bindings", () => {
  const subjects = [
    { kind: "ServiceAccount", namespace: "test", name: "robot" },
    { kind: "User", name: "ann" },
    { kind: "User", name: "bob" },
  ];
  const complete = bindings.complete(objectOf(bindings, { roleRef: { kind: "Role", name: "reader" }, subjects }));
  expect(complete).toMatchObject({
    roleRef,
    subjects: [
      { kind: "ServiceAccount", namespace: "test", name: "robot" },
      { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "ann" },
      { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "bob" },
    ],
  });
  expect(cells(bindings, { ...complete })).toEqual({
    Name: "a",
    Role: "Role/reader",
    Age: "<unknown>",
    Users: "ann, bob",
    Groups: "",
    ServiceAccounts: "test/robot",
  });
  expect(problems(bindings, { roleRef: { kind: "Role", name: "writer" } }, { roleRef })).toEqual([
    `roleRef: Invalid value: ${JSON.stringify({ ...roleRef, kind: "Role", name: "writer" })}: cannot change roleRef`,
  ]);
});
