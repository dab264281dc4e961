import { expect, test } from "vitest";
import type { CanaryService } from "../../api/canary.ts";
import { canaryWith, share } from "../testdata/contract.ts";
import { isTcp, tcpRouteOf } from "./tcp-routes.ts";
import type { TcpRoute } from "./virtual-service.ts";

test.each([
  ["tcp", true],
  ["TCP", true],
  ["http", false],
  ["", false],
  [undefined, false],
])("appProtocol %j", (appProtocol, expected) => {
  expect(isTcp({ port: 80, ...(appProtocol !== undefined && { appProtocol }) })).toBe(expected);
});

const route = [
  { destination: { host: "podinfo-primary" }, weight: 70 },
  { destination: { host: "podinfo-canary" }, weight: 30 },
];

test.each<[string, Partial<CanaryService>, TcpRoute]>([
  ["all connections", {}, { route }],
  [
    "those to some ports",
    { match: [{ port: 6379 }, { uri: { prefix: "/" }, port: 6380 }] },
    { match: [{ port: 6379 }, { port: 6380 }], route },
  ],
  ["all, where conditions are those of HTTP", { match: [{ uri: { prefix: "/" } }, { port: 0 }] }, { route }],
])("routes %s", (_, service, expected) => {
  expect(tcpRouteOf(canaryWith(), { port: 6379, ...service }, share(30))).toEqual(expected);
});
