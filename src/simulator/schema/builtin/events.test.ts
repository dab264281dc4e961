import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const events = builtin("Event");
const involvedObject = { kind: "Pod", name: "web", namespace: "test", fieldPath: "spec.containers{web}" };

test("events as kubectl shows them", () => {
  const event = {
    involvedObject,
    type: "Normal",
    reason: "Started",
    message: "Started it\n",
    source: { component: "kubelet", host: "node" },
    firstTimestamp: "1970-01-01T00:00:00Z",
    lastTimestamp: "1970-01-01T00:01:00Z",
    count: 2,
  };
  const shown = {
    "Last Seen": "30s",
    Type: "Normal",
    Reason: "Started",
    Object: "pod/web",
    Subobject: "spec.containers{web}",
    Source: "kubelet, node",
    Message: "Started it",
    "First Seen": "90s",
    Count: 2,
    Name: "a",
  };
  expect(cells(events, event, 90_000)).toEqual(shown);
  const { count: _, lastTimestamp: __, firstTimestamp: ___, source: ____, ...bare } = event;
  const later = { ...bare, eventTime: "1970-01-01T00:00:00.000000Z", reportingComponent: "headgate" };
  expect(cells(events, later, 90_000)).toEqual({ ...shown, "Last Seen": "90s", Count: 1, Source: "headgate" });
});

test("an event is where its object is", () => {
  expect(problems(events, { metadata: { namespace: "test" }, involvedObject })).toEqual([]);
  expect(problems(events, { metadata: { namespace: "other" }, involvedObject })).toEqual([
    'involvedObject.namespace: Invalid value: "test": does not match event.namespace',
  ]);
  expect(problems(events, { metadata: { namespace: "default" }, involvedObject: {} })).toEqual([]);
});

test("an event is completed", () => {
  expect(events.complete(objectOf(events, { involvedObject }))).toEqual({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "a" },
    involvedObject,
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: "",
    reportingInstance: "",
  });
});
