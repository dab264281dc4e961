import { expect, test } from "vitest";
import { builtinResources } from "../schema/builtin.ts";
import type { StoredObject } from "../resource.ts";
import { parseFieldSelector } from "./field-selector.ts";

const object = {
  metadata: { name: "a,b", namespace: "test" },
  spec: { nodeName: "node" },
  status: { phase: "Running" },
  type: "Normal",
  reportingComponent: "headgate",
  involvedObject: { kind: "Canary" },
} as StoredObject;

function isSelected(plural: string, text: string): boolean {
  const resource = builtinResources.find((one) => one.plural === plural);
  if (resource === undefined) throw new Error(`no ${plural}`);
  return parseFieldSelector(resource, text)(object);
}

test.each([
  ["pods", "", true],
  ["pods", String.raw`metadata.name=a\,b`, true],
  ["pods", "metadata.namespace==test,status.phase!=Failed", true],
  ["pods", "spec.nodeName=node,status.phase=Failed", false],
  ["pods", "spec.hostNetwork=false", true],
  ["pods", "status.podIP=", true],
  ["events", "involvedObject.kind=Canary,type=Normal,source=headgate", true],
  ["events", "reason!=", false],
] as const)("%s: %s", (plural, text, expected) => {
  expect(isSelected(plural, text)).toBe(expected);
});

test.each([
  ["pods", "spec.image=a", "field label not supported: spec.image"],
  [
    "deployments",
    "spec.replicas=1",
    '"spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ],
  ["nodes", "metadata.namespace=a", "field label not supported: metadata.namespace"],
  ["pods", "status.phase", "invalid selector: 'status.phase'; can't understand 'status.phase'"],
] as const)("%s: refuses %s", (plural, text, message) => {
  expect(() => isSelected(plural, text)).toThrow(message);
});
