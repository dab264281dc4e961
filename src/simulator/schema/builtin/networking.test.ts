import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const ingresses = builtin("Ingress");
const backend = { service: { name: "web", port: { number: 80 } } };
const rule = { host: "a.test", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } };

test.each<readonly [object, readonly string[]]>([
  [{ rules: [rule] }, []],
  [{ defaultBackend: backend }, []],
  [{}, ["spec: Invalid value: {}: either `defaultBackend` or `rules` must be specified"]],
  [
    {
      rules: [
        {
          http: {
            paths: [
              { path: "a", pathType: "Exact", backend },
              { path: "a", pathType: "Any", backend },
              { backend: { service: {} } },
            ],
          },
        },
      ],
    },
    [
      'spec.rules[0].http.paths[1].pathType: Unsupported value: "Any": supported values: "Exact", "ImplementationSpecific", "Prefix"',
      "spec.rules[0].http.paths[2].pathType: Required value",
      "spec.rules[0].http.paths[2].backend.service.name: Required value",
      'spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path',
      'spec.rules[0].http.paths[1].path: Invalid value: "a": must be an absolute path',
    ],
  ],
])("what is wrong with an Ingress %j", (spec, says) => {
  expect(problems(ingresses, { spec })).toEqual(says);
});

test("what kubectl shows", () => {
  const spec = { ingressClassName: "nginx", rules: [rule], tls: [{}] };
  const status = { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } };
  expect(cells(ingresses, { spec, status })).toEqual({
    Name: "a",
    Class: "nginx",
    Hosts: "a.test",
    Address: "1.2.3.4",
    Ports: "80, 443",
    Age: "<unknown>",
  });
  expect(cells(ingresses, { spec: { defaultBackend: backend } })).toMatchObject({
    Class: "<none>",
    Hosts: "*",
    Ports: "80",
  });
  expect(cells(builtin("IngressClass"), { spec: { controller: "a.test/b" } })).toMatchObject({
    Controller: "a.test/b",
    Parameters: "<none>",
  });
  expect(cells(builtin("NetworkPolicy"), { spec: { podSelector: { matchLabels: { a: "b" } } } })["Pod-Selector"]).toBe(
    "a=b",
  );
  expect(cells(builtin("PodDisruptionBudget"), { spec: { minAvailable: "50%" } })).toMatchObject({
    "Min Available": "50%",
    "Max Unavailable": "N/A",
    "Allowed Disruptions": 0,
  });
});

test("a NetworkPolicy says what it is about", () => {
  const policies = builtin("NetworkPolicy");
  const types = (spec: object): unknown => policies.complete(objectOf(policies, { spec }))["spec"];
  expect(types({ podSelector: {} })).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
  expect(types({ podSelector: {}, egress: [{}] })).toMatchObject({ policyTypes: ["Ingress", "Egress"] });
});

test("a budget has one limit", () => {
  expect(problems(builtin("PodDisruptionBudget"), { spec: { minAvailable: 1, maxUnavailable: 1 } })).toEqual([
    'spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set',
  ]);
});
