import { expect, test } from "vitest";
import type { AlertRef, Canary } from "../api/canary.ts";
import type { Severity } from "./alert.ts";
import { destinations } from "./route.ts";

const canary = (alerts?: readonly AlertRef[]): Canary => ({
  metadata: { name: "podinfo", namespace: "test" },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
    analysis: { ...(alerts !== undefined && { alerts }) },
  },
});

test.each<[string, readonly AlertRef[] | undefined]>([
  ["names nobody", undefined],
  ["has an empty list", []],
])("a Canary that %s tells the operator's notifier", (_, alerts) => {
  expect(destinations(canary(alerts), "info")).toEqual([{ kind: "global", key: "global" }]);
});

const alerts: readonly AlertRef[] = [
  { name: "all", severity: "info", providerRef: { name: "all" } },
  { name: "some", severity: "warn", providerRef: { name: "some", namespace: "ops" } },
  { name: "worst", severity: "error", providerRef: { name: "worst", namespace: "" } },
  { name: "unset", providerRef: { name: "unset" } },
  { name: "empty", severity: "", providerRef: { name: "empty" } },
  { name: "again", severity: "error", providerRef: { name: "all", namespace: "test" } },
];

test.each<[Severity, readonly string[]]>([
  ["info", ["test/all", "test/unset", "test/empty"]],
  ["warn", ["test/all", "ops/some", "test/unset", "test/empty"]],
  ["error", ["test/all", "ops/some", "test/worst", "test/unset", "test/empty"]],
])("an alert of severity %s goes, once each, to those who want it", (severity, keys) => {
  expect(destinations(canary(alerts), severity).map(({ key }) => key)).toEqual(keys);
});

test("names the AlertProvider", () => {
  expect(destinations(canary(alerts.slice(1, 2)), "error")).toEqual([
    { kind: "provider", key: "ops/some", namespace: "ops", name: "some" },
  ]);
});
