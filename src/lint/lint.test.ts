import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { isRecord } from "../kubernetes/canonical.ts";
import { autoscaler, blueGreen, canary, deployment, linesIn, linesOf, object } from "./testing.ts";

const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "test" } };

/** Objects of all kinds that rules look at, with nothing wrong. */
const good = [
  canary({ autoscalerRef: { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "podinfo" } }),
  deployment(),
  autoscaler("podinfo", "podinfo"),
  object("flagger.app/v1beta1", "MetricTemplate", "errors", {
    provider: { type: "prometheus", address: "http://prometheus:9090" },
    query: "errors",
  }),
  object("flagger.app/v1beta1", "AlertProvider", "chat", { type: "slack", address: "https://chat.example.com" }),
  namespace,
];

test.each([
  ["weights", good],
  ["blue/green", [blueGreen(), deployment()]],
  ["no Canary", [namespace]],
])("nothing is wrong: %s", (_, objects) => {
  expect(linesOf(objects)).toEqual([]);
});

test("findings come in the order of files and lines, those of other objects too", () => {
  const objects = [
    deployment({ replicas: 1 }),
    autoscaler("podinfo", "podinfo"),
    canary({ analysis: { threshold: 0 } }),
  ];
  expect(linesOf(objects).filter((line) => line.startsWith("app.yaml"))).toEqual([
    "app.yaml:51 warning Canary test/podinfo spec.targetRef (autoscaler-unnamed)",
    "app.yaml:62 warning Canary test/podinfo spec.analysis.threshold (threshold-one)",
  ]);
});

test("nothing that a file may hold is an accident", () => {
  const path = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom("", "1m", "kubernetes", -1, 0, 1000, true, {}, []));
  const property = fc.property(fc.nat(good.length - 1), path, value, (at, where, value) => {
    const objects = good.map((each, index) => (index === at ? replaced(each, where, value) : each));
    const text = objects.map((each) => stringify(each)).join("---\n");
    expect(() => linesIn(text)).not.toThrow();
  });
  fc.assert(property, { numRuns: 300 });
});

/** The value with another one somewhere inside: each number of the path picks one of the fields. */
function replaced(within: unknown, [pick, ...rest]: readonly number[], value: unknown): unknown {
  const entries = Array.isArray(within) || isRecord(within) ? Object.entries<unknown>(within) : [];
  if (pick === undefined || entries.length === 0) return value;
  const changed = entries.map(([key, field], index) =>
    index === pick % entries.length ? ([key, replaced(field, rest, value)] as const) : ([key, field] as const),
  );
  return Array.isArray(within) ? changed.map(([, field]) => field) : Object.fromEntries(changed);
}
