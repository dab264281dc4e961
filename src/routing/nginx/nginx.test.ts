import { describe, expect, test } from "vitest";
import type { MatchCondition } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { allToCanary, allToPrimary, everyoneToCanary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import { canaryWith, keepsContract, operate, share } from "../testdata/contract.ts";
import type { Given } from "../testdata/contract.ts";
import { after, fluxOptOut, ownerReferences } from "../testdata/podinfo.ts";
import { ingresses } from "../../kubernetes/resources.ts";
import type { Annotations, Ingress } from "../ingress.ts";
import { nginx } from "./nginx.ts";
import { crowded, ingress, ofWeb, pathTo, viewOf } from "../testdata/ingress.ts";

const prefix = "nginx.ingress.kubernetes.io";
const router = nginx(prefix);

const web = ingress("web", ["podinfo"], {
  labels: { app: "podinfo" },
  annotations: { "kubernetes.io/ingress.class": "nginx" },
});
const abTest = (...match: readonly MatchCondition[]): Given => ({ analysis: { iterations: 3, match } });
const insiders = abTest({ headers: { "x-user": { exact: "insider" } } });

/** The copy after `render`. */
function rendered(routes: Routes, given?: Given, copy?: Ingress, original: Ingress = web): Ingress {
  return after<Ingress>(router.render(viewOf([original, copy], given), routes)[0], copy);
}

/** The annotations of ingress-nginx on the copy, without their prefix. */
function selection(routes: Routes, given?: Given, copy?: Ingress): Annotations {
  const annotations = Object.entries(rendered(routes, given, copy).metadata.annotations ?? {});
  return Object.fromEntries(
    annotations.flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length + 1), value]] : [])),
  );
}

test("asks for the Ingress of the Canary and its copy", () => {
  expect(router.inputs(canaryWith(ofWeb()))).toEqual([
    { resource: ingresses, key: { name: "web", namespace: "test" } },
    { resource: ingresses, key: { name: "web-canary", namespace: "test" } },
  ]);
});

describe("the copy", () => {
  test("is made", () => {
    expect(router.render(viewOf([web, undefined]), allToPrimary)).toEqual([
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
              ...fluxOptOut,
              "kubernetes.io/ingress.class": "nginx",
              "nginx.ingress.kubernetes.io/canary": "true",
              "nginx.ingress.kubernetes.io/canary-weight": "0",
            },
            ownerReferences,
          },
          spec: { rules: [{ host: "app.example.com", http: { paths: [pathTo("podinfo-canary")] } }] },
        },
      },
    ]);
  });

  test.each([0, 20, 60, 100])("gets a weight of %i, and nothing else changes", (weight) => {
    const live = { ...rendered(share(40)), metadata: { ...rendered(share(40)).metadata, resourceVersion: "5" } };
    expect(router.render(viewOf([web, live]), share(weight))).toEqual([
      {
        kind: "patch",
        resource: ingresses,
        key: { name: "web-canary", namespace: "test" },
        patch: {
          type: "merge",
          body: {
            metadata: {
              resourceVersion: "5",
              annotations: { "nginx.ingress.kubernetes.io/canary-weight": String(weight) },
            },
          },
        },
      },
    ]);
  });

  test("has only the paths to the apex, and no metadata that is about the original", () => {
    expect(rendered(share(20), {}, undefined, crowded)).toEqual({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: "web-canary",
        namespace: "test",
        labels: { team: "a" },
        annotations: {
          ...fluxOptOut,
          "cert-manager.io/cluster-issuer": "letsencrypt",
          "nginx.ingress.kubernetes.io/canary": "true",
          "nginx.ingress.kubernetes.io/canary-weight": "20",
        },
        ownerReferences,
      },
      spec: {
        ingressClassName: "public",
        tls: [{ hosts: ["app.example.com"], secretName: "app-tls" }],
        rules: [
          {
            host: "app.example.com",
            http: { paths: [pathTo("podinfo-canary"), pathTo("podinfo-canary", "/api")] },
          },
          { http: { paths: [pathTo("podinfo-canary")] } },
        ],
      },
    });
  });

  test("needs no metadata of the original", () => {
    const bare = ingress("web", ["podinfo"]);
    expect(rendered(share(20), {}, undefined, bare).metadata).toEqual({
      name: "web-canary",
      namespace: "test",
      annotations: {
        ...fluxOptOut,
        "nginx.ingress.kubernetes.io/canary": "true",
        "nginx.ingress.kubernetes.io/canary-weight": "20",
      },
      ownerReferences,
    });
  });

  test("follows the name of the apex Service", () => {
    const shop = ingress("web", ["shop"]);
    const { spec } = rendered(share(20), { service: { name: "shop" } }, undefined, shop);
    expect(spec).toEqual({ rules: [{ host: "app.example.com", http: { paths: [pathTo("shop-canary")] } }] });
  });

  test("follows the original during a run, with its weight", () => {
    const live = rendered(share(40), {}, undefined, crowded);
    const changed = {
      ...web,
      metadata: { ...web.metadata, annotations: { note: "new" } },
      spec: { ...web.spec, ingressClassName: "other" },
    };
    expect(rendered(share(40), {}, live, changed)).toEqual({
      ...live,
      metadata: {
        ...live.metadata,
        labels: { team: "a", app: "podinfo" },
        annotations: { ...live.metadata.annotations, note: "new" },
      },
      spec: {
        ingressClassName: "other",
        rules: [{ host: "app.example.com", http: { paths: [pathTo("podinfo-canary")] } }],
      },
    });
  });

  test("listens to other annotations where the ingress controller does", () => {
    const custom = nginx("custom.ingress.kubernetes.io");
    const copy = after<Ingress>(custom.render(viewOf([web, undefined]), share(30))[0]);
    expect(copy.metadata.annotations).toEqual({
      ...fluxOptOut,
      "kubernetes.io/ingress.class": "nginx",
      "custom.ingress.kubernetes.io/canary": "true",
      "custom.ingress.kubernetes.io/canary-weight": "30",
    });
    expect(custom.read(viewOf([web, copy]))).toEqual(share(30));
    expect(router.read(viewOf([web, copy]))).toEqual({
      notReady: 'Ingress web-canary.test is not marked as canary: nginx.ingress.kubernetes.io/canary is not "true"',
    });
  });

  test("is taken over as it is found, and stays its owner's", () => {
    const theirs: Ingress = {
      ...ingress("web-canary", ["old"]),
      metadata: {
        name: "web-canary",
        namespace: "test",
        labels: { team: "b" },
        annotations: {
          theirs: "1",
          "nginx.ingress.kubernetes.io/canary-by-header": "x-old",
          "nginx.ingress.kubernetes.io/canary-weight-total": "1000",
        },
        finalizers: ["theirs"],
      },
    };
    expect(rendered(share(10), {}, theirs)).toEqual({
      ...theirs,
      metadata: {
        ...theirs.metadata,
        labels: { team: "b", app: "podinfo" },
        annotations: {
          ...fluxOptOut,
          theirs: "1",
          "kubernetes.io/ingress.class": "nginx",
          "nginx.ingress.kubernetes.io/canary": "true",
          "nginx.ingress.kubernetes.io/canary-weight": "10",
        },
      },
      spec: { rules: [{ host: "app.example.com", http: { paths: [pathTo("podinfo-canary")] } }] },
    });
  });
});

describe("an A/B test", () => {
  const atRest = { canary: "true", "canary-weight": "0" };

  test.each<[string, readonly MatchCondition[], Annotations]>([
    [
      "a header",
      [{ headers: { "x-user": { exact: "insider" } } }],
      { "canary-by-header": "x-user", "canary-by-header-value": "insider" },
    ],
    [
      "a header's pattern",
      [{ headers: { "user-agent": { regex: ".*Firefox.*" } } }],
      { "canary-by-header": "user-agent", "canary-by-header-pattern": ".*Firefox.*" },
    ],
    ["a cookie", [{ headers: { Cookie: { exact: "beta" } } }], { "canary-by-cookie": "beta" }],
    [
      "either of both",
      [{ headers: { cookie: { exact: "beta" } } }, { headers: { "x-user": { exact: "insider" } } }],
      { "canary-by-cookie": "beta", "canary-by-header": "x-user", "canary-by-header-value": "insider" },
    ],
    [
      "the last of several headers",
      [{ headers: { "x-one": { exact: "1" } } }, { headers: { "x-two": { regex: "2" } } }],
      { "canary-by-header": "x-two", "canary-by-header-pattern": "2" },
    ],
  ])("is about those with %s", (_, match, annotations) => {
    expect(selection(allToCanary, abTest(...match))).toEqual({ ...atRest, ...annotations });
  });

  test("is about nobody before and after it", () => {
    const running = rendered(allToCanary, insiders);
    expect(selection(allToPrimary, insiders)).toEqual(atRest);
    expect(selection(allToPrimary, insiders, running)).toEqual(atRest);
  });

  test("keeps those that match on the canary while it gives up its share", () => {
    expect(selection(share(30), insiders)).toEqual(selection(allToCanary, insiders));
  });

  test("gives way when nobody is to meet the primary", () => {
    const copy = rendered(everyoneToCanary, insiders, rendered(allToCanary, insiders));
    expect(selection(everyoneToCanary, insiders, copy)).toEqual({ canary: "true", "canary-weight": "100" });
    expect(router.read(viewOf([web, copy], insiders))).toEqual(allToCanary);
  });

  test("is read as all to the canary, and as all to the primary when it is over", () => {
    const running = rendered(allToCanary, insiders);
    expect(router.read(viewOf([web, running], insiders))).toEqual(allToCanary);
    expect(router.read(viewOf([web, rendered(allToPrimary, insiders, running)], insiders))).toEqual(allToPrimary);
  });

  test("is brought about in one go", () => {
    const { route } = operate(router, [web]);
    const canary = canaryWith(ofWeb(insiders));
    expect(route(canary, allToCanary)).toHaveLength(1);
    expect(route(canary, allToCanary)).toEqual([]);
  });

  const alone = "must be about one header and nothing else, as NGINX cannot ask for two things at once";

  test.each<[string, Given, string]>([
    [
      "two headers at once",
      abTest({ headers: { a: { exact: "1" }, b: { exact: "2" } } }),
      `spec.analysis.match[0]: ${alone}`,
    ],
    [
      "a query parameter beside a header",
      abTest({ headers: { a: { exact: "1" } }, queryParams: { b: { exact: "2" } } }),
      `spec.analysis.match[0]: ${alone}`,
    ],
    [
      "labels of the caller",
      abTest({ headers: { a: { exact: "1" } } }, { sourceLabels: { app: "b" } }),
      `spec.analysis.match[1]: ${alone}`,
    ],
    [
      "how a header begins",
      abTest({ headers: { a: { prefix: "1" } } }),
      "spec.analysis.match[0].headers.a: must have exact or regex, as NGINX compares in no other way",
    ],
    [
      "a pattern of cookies",
      abTest({ headers: { cookie: { regex: "a=1" } } }),
      "spec.analysis.match[0].headers.cookie: must have exact: the name of a cookie, whose value is to be always",
    ],
    [
      "a share of those that match",
      { analysis: { iterations: 0, stepWeight: 10, match: [{ headers: { a: { exact: "1" } } }] } },
      "spec.analysis.match: needs iterations in place of weights, as NGINX cannot split the requests that match",
    ],
  ])("cannot be about %s", (_, given, message) => {
    expect(() => rendered(share(50), given)).toThrow(new InvalidSpec(message));
    expect(selection(allToPrimary, given)).toEqual(atRest);
  });
});

describe("keeps its promises", () => {
  const canaries: readonly Given[] = [
    {},
    { service: { hosts: ["example.com"], apex: { labels: { a: "1" }, annotations: { b: "2" } } } },
    { analysis: { iterations: 3 } },
    { annotations: { note: "n" } },
  ];
  keepsContract(router, { canaries: canaries.map(ofWeb), objects: [crowded] });
});

describe("needs an Ingress", () => {
  test.each([undefined, { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "" } as const])(
    "named by the Canary, not %j",
    (ingressRef) => {
      const canary = canaryWith(ingressRef === undefined ? {} : { spec: { ingressRef } });
      expect(() => router.inputs(canary)).toThrow(
        new InvalidSpec("canary podinfo.test must have spec.ingressRef: name the Ingress through which users come"),
      );
    },
  );

  const ofShop = ingress("web-canary", ["shop-canary"], {
    ownerReferences: ownerReferences.map((owner) => ({ ...owner, name: "shop", uid: "uid-2" })),
  });

  test.each<[string, readonly [Ingress | undefined, Ingress | undefined], string, string]>([
    [
      "that exists",
      [undefined, undefined],
      "Ingress web.test does not exist",
      "create it, or name the one through which users come",
    ],
    [
      "with a path to the apex",
      [ingress("web", ["shop"]), undefined],
      "Ingress web.test has no path to Service podinfo",
      "add one, or name the Ingress that has it",
    ],
    [
      "with rules",
      [{ metadata: { name: "web", namespace: "test" } }, undefined],
      "Ingress web.test has no path to Service podinfo",
      "add one, or name the Ingress that has it",
    ],
    [
      "of its own",
      [web, ofShop],
      "Ingress web-canary.test is that of canary shop",
      "give each Canary an Ingress of its own",
    ],
  ])("%s", (_, live, problem, fix) => {
    expect(() => router.render(viewOf(live), allToPrimary)).toThrow(
      new InvalidSpec(`spec.ingressRef.name: ${problem}: ${fix}`),
    );
    expect(router.read(viewOf(live))).toEqual({ notReady: problem });
  });
});

describe("the routes of a copy", () => {
  const withAnnotations = (annotations: Annotations): Ingress =>
    ingress("web-canary", ["podinfo-canary"], {
      annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${prefix}/${key}`, value])),
    });
  const noWeight = {
    notReady: "Ingress web-canary.test has no weight: nginx.ingress.kubernetes.io/canary-weight is not a number",
  };

  test.each<[string, Ingress | undefined, ReturnType<typeof router.read>]>([
    ["that does not exist", undefined, { notReady: "Ingress web-canary.test does not exist" }],
    [
      "for others",
      ingress("web-canary", ["shop"]),
      { notReady: "Ingress web-canary.test has no path to Service podinfo-canary" },
    ],
    [
      "that is none",
      ingress("web-canary", ["podinfo-canary"]),
      { notReady: 'Ingress web-canary.test is not marked as canary: nginx.ingress.kubernetes.io/canary is not "true"' },
    ],
    ["without weight", withAnnotations({ canary: "true" }), noWeight],
    ["with a weight in words", withAnnotations({ canary: "true", "canary-weight": "all" }), noWeight],
    [
      "of a total of 0",
      withAnnotations({ canary: "true", "canary-weight": "1", "canary-weight-total": "0" }),
      noWeight,
    ],
    ["without share", withAnnotations({ canary: "true", "canary-weight": "0" }), allToPrimary],
    ["with too large a weight", withAnnotations({ canary: "true", "canary-weight": "250" }), allToCanary],
    [
      "of another total",
      withAnnotations({ canary: "true", "canary-weight": "333", "canary-weight-total": "1000" }),
      share(33),
    ],
    ["for those with a cookie", withAnnotations({ canary: "true", "canary-by-cookie": "c" }), allToCanary],
  ])("%s", (_, copy, routes) => {
    expect(router.read(viewOf([web, copy]))).toEqual(routes);
  });
});

describe("undo", () => {
  test("leaves nobody on a copy, whose Services are about to go", () => {
    const live = rendered(allToCanary, insiders);
    const [change] = router.undo(viewOf([undefined, live], insiders));
    expect(after<Ingress>(change, live)).toEqual(rendered(allToPrimary, insiders, live));
  });

  test.each([
    ["a copy that has no share", rendered(allToPrimary)],
    ["no copy", undefined],
  ])("has nothing to do for %s", (_, copy) => {
    expect(router.undo(viewOf([web, copy]))).toEqual([]);
  });
});
