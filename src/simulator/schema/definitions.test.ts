import { expect, test } from "vitest";
import { definition, definitionName } from "./definitions.ts";

test("types refer to each other, and to themselves", () => {
  const schema = definition("v1.JSONSchemaProps");
  expect(schema.properties?.["not"]).toBe(schema);
  expect(schema.properties?.["allOf"]?.items).toBe(schema);
});

test("a field has its own facts besides those of its type", () => {
  const spec = definition("v1.Deployment").properties?.["spec"];
  expect(spec).toEqual({ ...definition("v1.DeploymentSpec"), default: {} });
  expect(definitionName(spec ?? {})).toBe("v1.DeploymentSpec");
  expect(definitionName({})).toBeUndefined();
});

test("what merges is told", () => {
  const { properties } = definition("v1.PodSpec");
  const { items: _, ...containers } = properties?.["containers"] ?? {};
  expect(containers).toEqual({
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    "x-kubernetes-patch-strategy": "merge",
    "x-kubernetes-patch-merge-key": "name",
  });
});

test("there are no others", () => {
  expect(() => definition("v1.Unicorn")).toThrow("no builtin type v1.Unicorn");
});
