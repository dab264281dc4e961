import { expect, test } from "vitest";
import { InvalidTask } from "./errors.ts";
import { parsePayload } from "./payload.ts";

test.each([
  ["{}", { name: "", namespace: "", metadata: {} }],
  ['{"name":"podinfo","namespace":"test"}', { name: "podinfo", namespace: "test", metadata: {} }],
  [
    '{"name":"podinfo","namespace":"test","phase":"Progressing","checksum":"1","metadata":{"type":"cmd"}}',
    { name: "podinfo", namespace: "test", metadata: { type: "cmd" } },
  ],
])("reads %s", (body, payload) => {
  expect(parsePayload(body)).toEqual(payload);
});

test.each([
  [undefined, "the body is not JSON"],
  ["", "the body is not JSON"],
  ["{", "the body is not JSON"],
  ["null", "the body is not a JSON object"],
  ["[]", "the body is not a JSON object"],
  ['"text"', "the body is not a JSON object"],
  ['{"name":1}', "name and namespace must be strings"],
  ['{"namespace":null}', "name and namespace must be strings"],
  ['{"metadata":[]}', "metadata must be an object of strings"],
  ['{"metadata":"cmd"}', "metadata must be an object of strings"],
  ['{"metadata":{"timeout":1}}', "metadata must be an object of strings"],
])("refuses %j", (body, message) => {
  expect(() => parsePayload(body)).toThrow(new InvalidTask(message));
});
