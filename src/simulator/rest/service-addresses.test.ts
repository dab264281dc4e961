import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import { began, createTestClient } from "./testing.ts";

const path = "/api/v1/namespaces/default/services";
const ports = [{ port: 80 }];

function open() {
  const { done, send } = createTestClient(createApiServer({ clock: createVirtualClock(began) }).transport);
  const addressOf = async (name: string, spec: object) => {
    const made = await done("POST", path, { metadata: { name }, spec: { ports, ...spec } });
    const { clusterIP, clusterIPs, ports: given } = made["spec"] as Readonly<Record<string, unknown>>;
    const nodePorts = (given as readonly { readonly nodePort?: number }[]).map(({ nodePort }) => nodePort);
    return [clusterIP, clusterIPs, nodePorts];
  };
  return { done, send, addressOf };
}

test("gives each Service the lowest free address, and node ports where it has them", async () => {
  const { done, addressOf } = open();
  expect(await addressOf("a", {})).toEqual(["10.96.0.2", ["10.96.0.2"], [undefined]]);
  expect(await addressOf("b", { type: "NodePort" })).toEqual(["10.96.0.3", ["10.96.0.3"], [30000]]);
  expect(await addressOf("c", { clusterIP: "None" })).toEqual(["None", ["None"], [undefined]]);
  expect(await addressOf("d", { clusterIP: "10.96.0.4" })).toEqual(["10.96.0.4", ["10.96.0.4"], [undefined]]);
  expect(await addressOf("e", { type: "LoadBalancer" })).toEqual(["10.96.0.5", ["10.96.0.5"], [30001]]);
  expect(await addressOf("f", { type: "ExternalName", externalName: "example.com" })).toEqual([
    undefined,
    undefined,
    [undefined],
  ]);
  await done("DELETE", `${path}/a`);
  expect(await addressOf("g", {})).toEqual(["10.96.0.2", ["10.96.0.2"], [undefined]]);
});

test("an address is taken once", async () => {
  const { send, addressOf } = open();
  await addressOf("a", {});
  expect(
    (await send("POST", path, { metadata: { name: "b" }, spec: { ports, clusterIP: "10.96.0.2" } })).body,
  ).toMatchObject({
    code: 422,
    message:
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.2"]: failed to allocate IP 10.96.0.2: provided IP is already allocated',
  });
});

test("an update keeps what it leaves out", async () => {
  const { done, addressOf } = open();
  await addressOf("a", { type: "NodePort" });
  const after = await done("PUT", `${path}/a`, { metadata: { name: "a" }, spec: { type: "NodePort", ports } });
  expect(after["spec"]).toMatchObject({ clusterIP: "10.96.0.2", ports: [{ port: 80, nodePort: 30000 }] });
});
