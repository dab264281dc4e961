import { expect, test } from "vitest";
import { tableOf } from "./table.ts";
import { builtin, objectOf } from "./testing.ts";

const configMaps = builtin("ConfigMap");
const config = objectOf(configMaps, { metadata: { creationTimestamp: "1970-01-01T00:00:00Z" }, data: { b: "c" } });
const metadata = { resourceVersion: "7" };

test("as kubectl asks for it", () => {
  expect(tableOf(configMaps, [config], { now: 60_000, includeObject: "Metadata", metadata })).toEqual({
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: [
      { name: "Name", type: "string", format: "name", description: "", priority: 0 },
      { name: "Data", type: "integer", format: "", description: "", priority: 0 },
      { name: "Age", type: "string", format: "", description: "", priority: 0 },
    ],
    rows: [
      {
        cells: ["a", 1, "60s"],
        object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: config.metadata },
      },
    ],
  });
});

test.each([
  ["None", [{ cells: ["a", 1, "60s"] }]],
  ["Object", [{ cells: ["a", 1, "60s"], object: config }]],
] as const)("with includeObject=%s", (includeObject, rows) => {
  expect(tableOf(configMaps, [config], { now: 60_000, includeObject, metadata })).toMatchObject({ rows });
});
