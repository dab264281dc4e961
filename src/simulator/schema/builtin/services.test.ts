import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const services = builtin("Service");

const cluster = {
  type: "ClusterIP",
  sessionAffinity: "None",
  internalTrafficPolicy: "Cluster",
  ipFamilies: ["IPv4"],
  ipFamilyPolicy: "SingleStack",
};

test.each([
  [{ ports: [{ port: 80 }] }, { ...cluster, ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] }],
  [
    { ports: [{ name: "http", port: 80, targetPort: "web" }], clusterIP: "None" },
    {
      ...cluster,
      clusterIP: "None",
      clusterIPs: ["None"],
      ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: "web" }],
    },
  ],
  [{ type: "NodePort" }, { ...cluster, type: "NodePort", externalTrafficPolicy: "Cluster" }],
  [
    { type: "LoadBalancer", sessionAffinity: "ClientIP" },
    {
      ...cluster,
      type: "LoadBalancer",
      externalTrafficPolicy: "Cluster",
      allocateLoadBalancerNodePorts: true,
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
    },
  ],
  [
    { type: "ExternalName", externalName: "a.test" },
    { type: "ExternalName", externalName: "a.test", sessionAffinity: "None" },
  ],
])("%j is completed", (spec, complete) => {
  expect(services.complete(objectOf(services, { spec }))).toMatchObject({
    spec: complete,
    status: { loadBalancer: {} },
  });
});

const port = { port: 80 };
const rows: readonly (readonly [object, readonly string[], object?])[] = [
  [{ ports: [port] }, []],
  [{}, ["spec.ports: Required value"]],
  [{ clusterIP: "None" }, []],
  [{ type: "ExternalName" }, ["spec.externalName: Required value"]],
  [
    { ports: [{}] },
    [
      "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
      "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
    ],
  ],
  [
    { ports: [port, port] },
    [
      "spec.ports[0].name: Required value",
      "spec.ports[1].name: Required value",
      'spec.ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}',
    ],
  ],
  [
    {
      ports: [
        { name: "a", port: 1 },
        { name: "a", port: 2, targetPort: "No" },
      ],
    },
    [
      'spec.ports[1].name: Duplicate value: "a"',
      'spec.ports[1].targetPort: Invalid value: "No": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    ],
  ],
  [
    { ports: [port], type: "Magic" },
    [
      'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
  ],
  [
    { ports: [port], clusterIP: "10.0.0.2" },
    ['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'],
    { clusterIP: "10.0.0.1" },
  ],
  [{ ports: [port], clusterIP: "10.0.0.2" }, [], {}],
];

test.each(rows.map((row) => [row[0], row] as const))("what is wrong with %j", (_, [spec, says, before]) => {
  expect(problems(services, { spec }, before === undefined ? undefined : { spec: before })).toEqual(says);
});

test("names of Services start with a letter", () => {
  expect(problems(services, { metadata: { name: "1a" }, spec: { ports: [port] } })).toHaveLength(1);
});

test.each<readonly [object, object]>([
  [
    {
      spec: {
        type: "ClusterIP",
        clusterIP: "10.0.0.1",
        ports: [port, { port: 53, protocol: "UDP", nodePort: 30_053 }],
        selector: { b: "2", a: "1" },
      },
    },
    {
      Type: "ClusterIP",
      "Cluster-IP": "10.0.0.1",
      "External-IP": "<none>",
      "Port(s)": "80/TCP,53:30053/UDP",
      Selector: "a=1,b=2",
    },
  ],
  [
    { spec: { type: "ExternalName", externalName: "a.test" } },
    { "Cluster-IP": "<none>", "External-IP": "a.test", "Port(s)": "<none>", Selector: "<none>" },
  ],
  [{ spec: { type: "LoadBalancer" } }, { "External-IP": "<pending>" }],
  [
    {
      spec: { type: "LoadBalancer" },
      status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }, { hostname: "a.test" }] } },
    },
    { "External-IP": "1.2.3.4,a.test" },
  ],
  [{ spec: { type: "NodePort", externalIPs: ["1.2.3.4"] } }, { "External-IP": "1.2.3.4" }],
])("kubectl shows %j", (object, shown) => {
  expect(cells(services, { ...object })).toMatchObject(shown);
});

test("endpoints are shown, three at most", () => {
  const addresses = ["1", "2", "3", "4"].map((ip) => ({ ip }));
  const endpoints = builtin("Endpoints");
  expect(cells(endpoints, { subsets: [{ addresses, ports: [{ port: 80 }] }] })["Endpoints"]).toBe(
    "1:80,2:80,3:80 + 1 more...",
  );
  expect(cells(endpoints, {})["Endpoints"]).toBe("<none>");
  const slices = builtin("EndpointSlice");
  const slice = {
    addressType: "IPv4",
    endpoints: [{ addresses: ["1", "2"] }, { addresses: ["3"] }],
    ports: [{ name: "a", port: 80 }],
  };
  expect(cells(slices, slice)).toEqual({
    Name: "a",
    AddressType: "IPv4",
    Ports: "80",
    Endpoints: "1,2,3",
    Age: "<unknown>",
  });
  expect(slices.complete(objectOf(slices, { ...slice, ports: [{ port: 80 }] }))["ports"]).toEqual([
    { name: "", port: 80, protocol: "TCP" },
  ]);
});
