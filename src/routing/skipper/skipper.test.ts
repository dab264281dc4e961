import { describe, expect, test } from "vitest";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import { ingresses } from "../../kubernetes/resources.ts";
import type { Annotations, Ingress } from "../ingress.ts";
import { crowded, ingress, ofWeb, pathTo, viewOf } from "../testdata/ingress.ts";
import { canaryWith, keepsContract, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { after, ownerReferences } from "../testdata/podinfo.ts";
import { skipper } from "./skipper.ts";

const web = ingress("web", ["podinfo"], {
  labels: { app: "podinfo" },
  annotations: { "kubernetes.io/ingress.class": "skipper" },
});
const bare = ingress("web", ["podinfo"]);

/** The copy after `render`. */
function rendered(routes: Routes, original: Ingress = web, copy?: Ingress, given?: Given): Ingress {
  return after<Ingress>(skipper.render(viewOf([original, copy], given), routes)[0], copy);
}

const routing = (predicate: string, weights: string): Annotations => ({
  "zalando.org/skipper-predicate": predicate,
  "zalando.org/backend-weights": weights,
});
const switchedOff = routing("False()", '{"podinfo-canary":0,"podinfo-primary":100}');
const bothServices = [pathTo("podinfo-primary"), pathTo("podinfo-canary")];

test("asks for the Ingress of the Canary and its copy", () => {
  expect(skipper.inputs(canaryWith(ofWeb()))).toEqual([
    { resource: ingresses, key: { name: "web", namespace: "test" } },
    { resource: ingresses, key: { name: "web-canary", namespace: "test" } },
  ]);
});

describe("the copy", () => {
  test("is made", () => {
    expect(skipper.render(viewOf([web, undefined]), share(20))).toEqual([
      {
        kind: "create",
        resource: ingresses,
        object: {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: {
            name: "web-canary",
            namespace: "test",
            labels: { app: "podinfo" },
            annotations: {
              "kubernetes.io/ingress.class": "skipper",
              ...routing("Weight(100)", '{"podinfo-canary":20,"podinfo-primary":80}'),
            },
            ownerReferences,
          },
          spec: { rules: [{ host: "app.example.com", http: { paths: bothServices } }] },
        },
      },
    ]);
  });

  test.each([
    [0, switchedOff],
    [60, routing("Weight(100)", '{"podinfo-canary":60,"podinfo-primary":40}')],
    [100, routing("Weight(100)", '{"podinfo-canary":100,"podinfo-primary":0}')],
  ])("has a weight of %i, also of an Ingress without annotations", (weight, annotations) => {
    const live = rendered(share(40), bare);
    expect(rendered(share(weight), bare, live)).toEqual({ ...live, metadata: { ...live.metadata, annotations } });
    expect(rendered(share(weight), bare)).toEqual({ ...live, metadata: { ...live.metadata, annotations } });
  });

  test("has only the paths to the apex, and no metadata that is about the original", () => {
    const { metadata, spec } = rendered(allToPrimary, crowded);
    expect(metadata).toEqual({
      name: "web-canary",
      namespace: "test",
      labels: { team: "a" },
      annotations: { "cert-manager.io/cluster-issuer": "letsencrypt", ...switchedOff },
      ownerReferences,
    });
    expect(spec).toEqual({
      ingressClassName: "public",
      tls: [{ hosts: ["app.example.com"], secretName: "app-tls" }],
      rules: [
        {
          host: "app.example.com",
          http: { paths: [...bothServices, pathTo("podinfo-primary", "/api"), pathTo("podinfo-canary", "/api")] },
        },
        { http: { paths: bothServices } },
      ],
    });
  });

  test("is taken over as it is found, and stays its owner's", () => {
    const theirs: Ingress = {
      ...ingress("web-canary", ["old"]),
      metadata: {
        name: "web-canary",
        namespace: "test",
        labels: { team: "b" },
        annotations: { theirs: "1", "zalando.org/skipper-predicate": 'Source("10.0.0.0/8")' },
        finalizers: ["theirs"],
      },
    };
    expect(rendered(share(10), web, theirs)).toEqual({
      ...theirs,
      metadata: {
        ...theirs.metadata,
        labels: { team: "b", app: "podinfo" },
        annotations: {
          theirs: "1",
          "kubernetes.io/ingress.class": "skipper",
          ...routing('Weight(100) && Source("10.0.0.0/8")', '{"podinfo-canary":10,"podinfo-primary":90}'),
        },
      },
      spec: { rules: [{ host: "app.example.com", http: { paths: bothServices } }] },
    });
  });
});

test.each<[string, string | undefined, string | undefined, Routes, string]>([
  ["those of the original", 'Method("GET")', undefined, share(10), 'Weight(100) && Method("GET")'],
  ["those of the original, switched off", 'Method("GET")', undefined, allToPrimary, 'False() && Method("GET")'],
  ["those on the copy", undefined, "Weight(100) && True()", allToPrimary, "False() && True()"],
  ["both", "True()", 'False() && True() && Method("GET")', share(10), 'Weight(100) && True() && Method("GET")'],
  ["a changed one", 'Method("PUT")', 'Weight(100) && Method("GET")', share(10), 'Weight(100) && Method("PUT")'],
  ["one with && in it", 'Path("/a&&b")', undefined, share(10), 'Weight(100) && Path("/a&&b")'],
  ["an original that is off", "False()", "Weight(100) && False()", share(10), "Weight(100) && False()"],
  ["none", "", "Weight(100)", allToPrimary, "False()"],
])("keeps predicates: %s", (_, original, copy, routes, predicate) => {
  const annotated = (object: Ingress, text: string | undefined): Ingress => ({
    ...object,
    metadata: { ...object.metadata, annotations: text === undefined ? {} : { "zalando.org/skipper-predicate": text } },
  });
  const live = copy === undefined ? undefined : annotated(rendered(share(40), bare), copy);
  const { annotations = {} } = rendered(routes, annotated(bare, original), live).metadata;
  expect(annotations["zalando.org/skipper-predicate"]).toBe(predicate);
});

describe("keeps its promises", () => {
  const canaries: readonly Given[] = [
    {},
    { service: { apex: { labels: { a: "1" }, annotations: { b: "2" } } } },
    { analysis: { iterations: 3, match: [{ headers: { a: { exact: "1" } } }] } },
  ];
  keepsContract(skipper, { canaries: canaries.map(ofWeb), objects: [crowded] });
});

test("keeps its promises for an Ingress without annotations", () => {
  const live = rendered(share(30), bare);
  expect(skipper.read(viewOf([bare, live]))).toEqual(share(30));
  expect(skipper.render(viewOf([bare, live]), share(30))).toEqual([]);
});

describe("needs an Ingress", () => {
  test("named by the Canary", () => {
    expect(() => skipper.inputs(canaryWith())).toThrow(
      new InvalidSpec("canary podinfo.test must have spec.ingressRef: name the Ingress through which users come"),
    );
  });

  test.each<[string, Ingress | undefined, string, string]>([
    [
      "that exists",
      undefined,
      "Ingress web.test does not exist",
      "create it, or name the one through which users come",
    ],
    [
      "with a path to the apex",
      ingress("web", ["shop"]),
      "Ingress web.test has no path to Service podinfo",
      "add one, or name the Ingress that has it",
    ],
  ])("%s", (_, original, problem, fix) => {
    expect(() => skipper.render(viewOf([original, undefined]), allToPrimary)).toThrow(
      new InvalidSpec(`spec.ingressRef.name: ${problem}: ${fix}`),
    );
    expect(skipper.read(viewOf([original, undefined]))).toEqual({ notReady: problem });
  });
});

describe("the routes of a copy", () => {
  const withAnnotations = (annotations?: Annotations): Ingress =>
    ingress("web-canary", ["podinfo-primary", "podinfo-canary"], annotations === undefined ? {} : { annotations });
  const says = (text: string) => ({ notReady: `Ingress web-canary.test ${text}` });
  const noWeights = says("has no weights for primary and canary: see zalando.org/backend-weights");
  const behind = says("does not go before the original: zalando.org/skipper-predicate does not begin with Weight(100)");

  test.each<[string, Ingress | undefined, ReturnType<typeof skipper.read>]>([
    ["that does not exist", undefined, says("does not exist")],
    ["for the canary alone", ingress("web-canary", ["podinfo-canary"]), says("has no path to Service podinfo-primary")],
    ["without annotations", withAnnotations(), behind],
    ["that does not go first", withAnnotations(routing("True()", '{"podinfo-canary":1,"podinfo-primary":1}')), behind],
    ["that is switched off", withAnnotations(routing("False() && True()", "nonsense")), allToPrimary],
    ["without weights", withAnnotations({ "zalando.org/skipper-predicate": "Weight(100)" }), noWeights],
    ["with weights that cannot be read", withAnnotations(routing("Weight(100)", "nonsense")), noWeights],
    ["with a list of weights", withAnnotations(routing("Weight(100)", "[1,2]")), noWeights],
    ["with one weight", withAnnotations(routing("Weight(100)", '{"podinfo-canary":1}')), noWeights],
    [
      "with a weight in words",
      withAnnotations(routing("Weight(100)", '{"podinfo-canary":"1","podinfo-primary":1}')),
      noWeights,
    ],
    ["with no weight", withAnnotations(routing("Weight(100)", '{"podinfo-canary":0,"podinfo-primary":0}')), noWeights],
    [
      "with other weights",
      withAnnotations(routing(" Weight(100) && True()", '{"podinfo-canary":1,"podinfo-primary":2}')),
      share(33),
    ],
    [
      "without a share of the primary",
      withAnnotations(routing("Weight(100)", '{"podinfo-canary":100,"podinfo-primary":0}')),
      allToCanary,
    ],
  ])("%s", (_, copy, routes) => {
    expect(skipper.read(viewOf([web, copy]))).toEqual(routes);
  });
});

describe("undo", () => {
  test("deletes the copy", () => {
    expect(skipper.undo(viewOf([undefined, rendered(share(40))]))).toEqual([
      { kind: "delete", resource: ingresses, key: { name: "web-canary", namespace: "test" } },
    ]);
  });

  test("switches off one that was there before", () => {
    const { ownerReferences: _, ...metadata } = rendered(share(40)).metadata;
    const theirs: Ingress = { ...rendered(share(40)), metadata };
    const [change] = skipper.undo(viewOf([web, theirs]));
    expect(after<Ingress>(change, theirs)).toEqual({
      ...theirs,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...switchedOff } },
    });
  });

  test("has nothing to do without one", () => {
    expect(skipper.undo(viewOf([web, undefined]))).toEqual([]);
  });
});
