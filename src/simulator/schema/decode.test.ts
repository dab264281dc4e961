import { expect, test } from "vitest";
import { decodeError } from "./decode.ts";
import { definition } from "./definitions.ts";

const container = (fields: object): object => ({ spec: { template: { spec: { containers: [fields] } } } });

test.each([
  ["v1.Deployment", { spec: { replicas: 3 } }, undefined],
  ["v1.Deployment", { spec: { replicas: null } }, undefined],
  ["v1.Deployment", { unknown: 1 }, undefined],
  [
    "v1.Deployment",
    { spec: { replicas: "3" } },
    "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
  ],
  [
    "v1.Deployment",
    { spec: { replicas: 1.5 } },
    "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
  ],
  [
    "v1.Deployment",
    { spec: { replicas: 3_000_000_000 } },
    "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
  ],
  [
    "v1.Deployment",
    { spec: [] },
    "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec",
  ],
  [
    "v1.Deployment",
    container({ env: [{ name: "a", value: 1 }] }),
    "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
  ],
  [
    "v1.Deployment",
    container({ ports: {} }),
    "json: cannot unmarshal object into Go struct field Container.spec.template.spec.containers.ports of type []v1.ContainerPort",
  ],
  [
    "v1.Deployment",
    container({ stdin: "yes" }),
    "json: cannot unmarshal string into Go struct field Container.spec.template.spec.containers.stdin of type bool",
  ],
  [
    "v1.Deployment",
    { metadata: { labels: { a: true } } },
    "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string",
  ],
  [
    "v1.Deployment",
    { metadata: { labels: "a" } },
    "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string",
  ],
  ["v1.Deployment", "text", "json: cannot unmarshal string into Go value of type v1.Deployment"],
  ["v1.Deployment", container({ resources: { limits: { cpu: 1 } } }), undefined],
  [
    "v1.Deployment",
    container({ resources: { limits: { cpu: "lots" } } }),
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  ["v1.Service", { spec: { ports: [{ targetPort: "http" }, { targetPort: 80 }] } }, undefined],
  [
    "v1.Service",
    { spec: { ports: [{ targetPort: true }] } },
    "json: cannot unmarshal bool into Go value of type int32",
  ],
  ["v1.Secret", { data: { a: "YQ==" } }, undefined],
  ["v1.Secret", { data: { a: "not base64" } }, "illegal base64 data at input byte 3"],
  ["v1.Secret", { data: { a: "YQ" } }, "illegal base64 data at input byte 0"],
  ["v1.Pod", { metadata: { creationTimestamp: "2026-01-01T00:00:00Z" } }, undefined],
  [
    "v1.Pod",
    { metadata: { creationTimestamp: "today" } },
    'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"',
  ],
  ["v1.Lease", { spec: { renewTime: "2026-01-01T00:00:00.000000Z" } }, undefined],
  [
    "v1.Lease",
    { spec: { renewTime: "2026-01-01T00:00:00Z" } },
    'parsing time "2026-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
  ],
  [
    "discovery.v1.EndpointSlice",
    { endpoints: "a" },
    "json: cannot unmarshal string into Go struct field EndpointSlice.endpoints of type []v1.Endpoint",
  ],
])("%s %j", (type, object, says) => {
  expect(decodeError(definition(type), object)).toBe(says);
});
