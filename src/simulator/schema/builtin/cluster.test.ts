import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

test("a Namespace is active and carries its name", () => {
  const namespaces = builtin("Namespace");
  const complete = namespaces.complete(objectOf(namespaces, { metadata: { labels: { a: "b" } } }));
  expect(complete).toEqual({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "a", labels: { a: "b", "kubernetes.io/metadata.name": "a" } },
    spec: {},
    status: { phase: "Active" },
  });
  expect(cells(namespaces, { ...complete })).toEqual({ Name: "a", Status: "Active", Age: "<unknown>" });
  expect(problems(namespaces, { metadata: { name: "a.b" } })[0]).toMatch(/^metadata.name: .* RFC 1123 label must/);
});

test("a Node as kubectl shows it", () => {
  const node = {
    metadata: { labels: { "node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/control-plane": "" } },
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: "Ready", status: "True" }],
      addresses: [{ type: "InternalIP", address: "10.0.0.1" }],
      nodeInfo: { kubeletVersion: "v1.35.0", osImage: "Linux", kernelVersion: "6", containerRuntimeVersion: "x://1" },
    },
  };
  const nodes = builtin("Node");
  expect(cells(nodes, node)).toEqual({
    Name: "a",
    Status: "Ready,SchedulingDisabled",
    Roles: "control-plane,worker",
    Age: "<unknown>",
    Version: "v1.35.0",
    "Internal-IP": "10.0.0.1",
    "External-IP": "<none>",
    "OS-Image": "Linux",
    "Kernel-Version": "6",
    "Container-Runtime": "x://1",
  });
  expect(cells(nodes, {})).toMatchObject({ Status: "Unknown", Roles: "<none>", Version: "" });
  expect(cells(nodes, { status: { conditions: [{ type: "Ready", status: "False" }] } })["Status"]).toBe("NotReady");
});

test("a Lease", () => {
  const leases = builtin("Lease");
  expect(cells(leases, { spec: { holderIdentity: "me" } })).toEqual({ Name: "a", Holder: "me", Age: "<unknown>" });
  expect(problems(leases, { spec: { holderIdentity: "", leaseDurationSeconds: 0, leaseTransitions: -1 } })).toEqual([
    "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
    "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
  ]);
});
