import { expect, test } from "vitest";
import { jsonPath } from "./json-path.ts";

const object = {
  metadata: { labels: { "app.kubernetes.io/name": "web", tier: "front" } },
  spec: { weights: [10, 20, 30], "dotted.name": 1, nothing: null },
  status: {
    conditions: [
      { type: "Ready", status: "True", since: 5, ok: true },
      { type: "Stalled", status: "False", since: 7, ok: false },
    ],
  },
};

test.each([
  [".spec.weights[0]", [10]],
  [".spec.weights[-1]", [30]],
  [".spec.weights[9]", []],
  [".spec.weights", [[10, 20, 30]]],
  [".spec.weights[*]", [10, 20, 30]],
  [".spec.nothing", [null]],
  [".spec.missing.deeper", []],
  [".metadata.labels['app.kubernetes.io/name']", ["web"]],
  ['.metadata.labels["tier"]', ["front"]],
  [String.raw`.metadata.labels.app\.kubernetes\.io/name`, ["web"]],
  [String.raw`.spec.dotted\.name`, [1]],
  ["$.spec.weights[1]", [20]],
  ["{.spec.weights[1]}", [20]],
  ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
  [".status.conditions[?(@.type=='Stalled')].status", ["False"]],
  ['.status.conditions[?(@.type == "Gone")].status', []],
  ['.status.conditions[?(@.type!="Ready")].type', ["Stalled"]],
  [".status.conditions[?(@.since>5)].type", ["Stalled"]],
  [".status.conditions[?(@.since>=5)].type", ["Ready", "Stalled"]],
  [".status.conditions[?(@.since<7)].type", ["Ready"]],
  [".status.conditions[?(@.since<=7)].type", ["Ready", "Stalled"]],
  [".status.conditions[?(@.ok==true)].type", ["Ready"]],
  [".status.conditions[?(@.missing)].type", []],
  [".status.conditions[?(@.since)].type", ["Ready", "Stalled"]],
  [".status.conditions[*].type", ["Ready", "Stalled"]],
  [".", [object]],
])("%s", (path, found) => {
  expect(jsonPath(path)?.(object)).toEqual(found);
});

test.each(["spec", ".spec[", ".spec[a]", ".spec.conditions[?(@.a=)]"])("%s is no path", (path) => {
  expect(jsonPath(path)).toBeUndefined();
});
