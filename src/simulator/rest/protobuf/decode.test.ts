import { expect, test } from "vitest";
import { fromProtobuf } from "./decode.ts";
import { bytes, envelope, integer, message } from "./testing.ts";

const entry = (key: string, value: string) => message(bytes(1, key), bytes(2, value));
const empty = message();

test("a Secret: bytes, maps and what is left out because it is empty", () => {
  const metadata = message(
    bytes(1, "a"),
    bytes(2, ""),
    bytes(3, "default"),
    integer(7, 0),
    bytes(8, empty),
    bytes(11, entry("app", "web")),
    bytes(11, entry("tier", "front")),
    bytes(14, "example.com/wait"),
  );
  expect(
    fromProtobuf(
      envelope("v1", "Secret", bytes(1, metadata), bytes(2, entry("k", "value")), bytes(3, "Opaque"), integer(5, 0)),
    ),
  ).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "a",
      namespace: "default",
      labels: { app: "web", tier: "front" },
      finalizers: ["example.com/wait"],
    },
    data: { k: "dmFsdWU=" },
    type: "Opaque",
    immutable: false,
  });
});

test("a Deployment: numbers that may be zero, fields among others, numbers or text, quantities", () => {
  const http = message(bytes(1, "/"), bytes(2, message(integer(1, 1), integer(2, 0), bytes(3, "web"))));
  const tcp = message(bytes(1, message(integer(1, 0), integer(2, -1))));
  const probe = (handler: Uint8Array) => message(bytes(1, handler), integer(2, 0), integer(3, 5));
  const resources = message(bytes(2, message(bytes(1, "cpu"), bytes(2, message(bytes(1, "100m"))))));
  const container = message(
    bytes(1, "app"),
    bytes(8, resources),
    bytes(10, probe(message(bytes(2, http)))),
    bytes(11, probe(message(bytes(3, tcp)))),
  );
  const volume = message(bytes(1, "tmp"), bytes(2, message(bytes(2, empty))));
  const template = message(bytes(1, empty), bytes(2, message(bytes(1, volume), bytes(2, container))));
  const spec = message(
    integer(1, 0),
    bytes(3, template),
    bytes(4, message(bytes(1, ""))),
    integer(5, 0),
    integer(7, 1),
  );
  expect(fromProtobuf(envelope("apps/v1", "Deployment", bytes(1, empty), bytes(2, spec), bytes(3, empty)))).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    spec: {
      replicas: 0,
      paused: true,
      template: {
        spec: {
          volumes: [{ name: "tmp", emptyDir: {} }],
          containers: [
            {
              name: "app",
              resources: { requests: { cpu: "100m" } },
              livenessProbe: { httpGet: { path: "/", port: "web" }, timeoutSeconds: 5 },
              readinessProbe: { tcpSocket: { port: -1 }, timeoutSeconds: 5 },
            },
          ],
        },
      },
    },
  });
});

test("times, with and without microseconds, and the fields of managers", () => {
  const time = message(integer(1, 1_767_225_600), integer(2, 5_000_000));
  const managed = message(bytes(1, "me"), bytes(4, time), bytes(7, message(bytes(1, '{"f:spec":{}}'))));
  const spec = message(bytes(1, ""), bytes(4, time));
  expect(
    fromProtobuf(envelope("coordination.k8s.io/v1", "Lease", bytes(1, bytes(17, managed)), bytes(2, spec))),
  ).toEqual({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { managedFields: [{ manager: "me", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:spec": {} } }] },
    spec: { holderIdentity: "", renewTime: "2026-01-01T00:00:00.005000Z" },
  });
});

test("options of a deletion, an eviction, a review", () => {
  const options = message(integer(1, 0), bytes(2, bytes(1, "uid")), bytes(4, "Background"), bytes(5, "All"));
  const read = {
    gracePeriodSeconds: 0,
    preconditions: { uid: "uid" },
    propagationPolicy: "Background",
    dryRun: ["All"],
  };
  expect(fromProtobuf(envelope("v1", "DeleteOptions", options))).toEqual({
    apiVersion: "v1",
    kind: "DeleteOptions",
    ...read,
  });
  expect(fromProtobuf(envelope("policy/v1", "Eviction", bytes(1, bytes(1, "a")), bytes(2, options)))).toEqual({
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name: "a" },
    deleteOptions: read,
  });
  expect(fromProtobuf(envelope("authorization.k8s.io/v1", "SelfSubjectAccessReview", bytes(1, empty)))).toEqual({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
  });
});

test.each([
  ["without the prefix", Buffer.from("{}"), "the body is not in protocol buffers: no prefix"],
  ["cut off", envelope("v1", "Secret", bytes(1, "abc")).subarray(0, 20), /^the body is not in protocol buffers: /],
  ["of an unknown kind", envelope("v9", "Secret"), /^the body of the request was in an unknown format/],
  ["whose metadata is a number", envelope("v1", "Secret", integer(1, 3)), /a number where bytes should be$/],
] as const)("refuses a body %s", (_, body, message) => {
  expect(() => fromProtobuf(body)).toThrow(message);
});
