import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const jobs = builtin("Job");
const template = { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a:1" }] } };

test("a Job is completed", () => {
  expect(jobs.complete(objectOf(jobs, { spec: { template } }))).toMatchObject({
    spec: {
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: "NonIndexed",
      suspend: false,
      template: { spec: { restartPolicy: "Never", schedulerName: "default-scheduler" } },
    },
  });
});

test("what is wrong", () => {
  expect(problems(jobs, { spec: { template } })).toEqual([]);
  expect(
    problems(jobs, { spec: { parallelism: -1, template: { spec: { containers: template.spec.containers } } } }),
  ).toEqual([
    "spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
    'spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: "OnFailure", "Never"',
  ]);
});

test.each<readonly [object, object]>([
  [{ startTime: "1970-01-01T00:00:00Z" }, { Status: "Running", Completions: "0/1", Duration: "90s" }],
  [
    {
      startTime: "1970-01-01T00:00:00Z",
      completionTime: "1970-01-01T00:00:30Z",
      succeeded: 1,
      conditions: [{ type: "Complete", status: "True" }],
    },
    { Status: "Complete", Completions: "1/1", Duration: "30s" },
  ],
  [{ conditions: [{ type: "Failed", status: "True" }] }, { Status: "Failed", Duration: "" }],
])("kubectl shows %j", (status, shown) => {
  expect(cells(jobs, { spec: { completions: 1, template }, status }, 90_000)).toMatchObject(shown);
});
