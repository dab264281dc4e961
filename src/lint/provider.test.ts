import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { blueGreen, canary, linesOf, load } from "./testing.ts";

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "provider: the operator's",
    [canary({ provider: undefined })],
    { meshProvider: "none" },
    [
      "app.yaml:6 error Canary test/podinfo spec (provider)",
      "Provider none is not supported by this version; supported: apisix, appmesh, appmesh:v1beta1, appmesh:v1beta2, contour, gatewayapi:v1, gatewayapi:v1beta1, gloo, istio, kubernetes, kuma, linkerd, nginx, osm, skipper, smi:v1alpha1, smi:v1alpha1:istio, smi:v1alpha2, smi:v1alpha2:istio, smi:v1alpha3, smi:v1alpha3:istio, traefik.",
      "Use one of those.",
    ],
  ],
  ["nothing: a provider that is not known", [canary({ provider: undefined })], {}, []],
  [
    "provider: no gateway",
    [canary({ service: { gatewayRefs: undefined } })],
    {},
    [
      "app.yaml:13 error Canary test/podinfo spec.service.gatewayRefs (provider)",
      "Provider gatewayapi:v1 makes no route: canary podinfo.test must have spec.service.gatewayRefs: name the Gateway that its HTTPRoute attaches to.",
      "Change the field as it says.",
    ],
  ],
  [
    "provider: a comparison that it lacks",
    [
      canary({
        analysis: {
          iterations: 5,
          stepWeight: undefined,
          maxWeight: undefined,
          webhooks: [load],
          match: [{ headers: { "x-user": { prefix: "t" } } }],
        },
      }),
    ],
    {},
    [
      "app.yaml:33 error Canary test/podinfo spec.analysis.match[0].headers.x-user (provider)",
      "Provider gatewayapi:v1 makes no route: must have exact or regex, as the Gateway API compares in no other way.",
      "Change the field as it says.",
    ],
  ],
  [
    "provider: a match on nothing",
    [
      canary({
        analysis: {
          iterations: 5,
          stepWeight: undefined,
          maxWeight: undefined,
          webhooks: [load],
          match: [{ sourceLabels: { app: "a" } }],
        },
      }),
    ],
    {},
    [
      "app.yaml:31 error Canary test/podinfo spec.analysis.match (provider)",
      "Provider gatewayapi:v1 makes no route: must have headers or queryParams, which are all that the Gateway API knows.",
      "Change the field as it says.",
    ],
  ],
  [
    "kind: the target",
    [canary({ targetRef: { kind: "DaemonSet" } })],
    {},
    [
      "app.yaml:10 error Canary test/podinfo spec.targetRef.kind (kind)",
      "DaemonSet is not supported by this version; supported: Deployment.",
      "Use one of those.",
    ],
  ],
  [
    "kind: the autoscaler",
    [canary({ autoscalerRef: { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", name: "podinfo" } })],
    {},
    [
      "app.yaml:29 error Canary test/podinfo spec.autoscalerRef.kind (kind)",
      "ScaledObject is not supported by this version; supported: HorizontalPodAutoscaler.",
      "Use one of those.",
    ],
  ],
  [
    "kubernetes-fallback: weights",
    [blueGreen({ analysis: { iterations: undefined, stepWeight: 10, stepWeightPromotion: 20 } })],
    {},
    [
      "app.yaml:18 warning Canary test/podinfo spec.analysis.stepWeight (kubernetes-fallback)",
      "Provider kubernetes can neither weigh nor match nor copy requests: it goes blue/green with 10 iterations.",
      "Set iterations, or use a provider with a gateway.",
      "app.yaml:29 warning Canary test/podinfo spec.analysis.stepWeightPromotion (kubernetes-fallback)",
      "Provider kubernetes can neither weigh nor match nor copy requests: the promotion moves all users at once.",
      "Take it out, or use a provider with a gateway.",
    ],
  ],
  [
    "kubernetes-fallback: match and mirror",
    [blueGreen({ analysis: { mirror: true, match: [{ headers: { "x-user": { exact: "t" } } }] } })],
    {},
    [
      "app.yaml:29 warning Canary test/podinfo spec.analysis.mirror (kubernetes-fallback)",
      "Provider kubernetes can neither weigh nor match nor copy requests: no request is copied.",
      "Take it out, or use a provider with a gateway.",
      "app.yaml:30 warning Canary test/podinfo spec.analysis.match (kubernetes-fallback)",
      "Provider kubernetes can neither weigh nor match nor copy requests: nobody meets the canary before the promotion.",
      "Take it out, or use a provider with a gateway.",
    ],
  ],
  [
    "affinity-ignored: kubernetes",
    [blueGreen({ analysis: { sessionAffinity: { cookieName: "c" } } })],
    {},
    [
      "app.yaml:29 warning Canary test/podinfo spec.analysis.sessionAffinity (affinity-ignored)",
      "Provider kubernetes sets no cookies: users are not kept on one revision.",
      "Take it out, or use gatewayapi:v1.",
    ],
  ],
  [
    "affinity-ignored: blue/green",
    [
      blueGreen({
        provider: "gatewayapi:v1",
        service: { gatewayRefs: [{ name: "public" }] },
        analysis: { sessionAffinity: { cookieName: "c" } },
      }),
    ],
    {},
    [
      "app.yaml:31 warning Canary test/podinfo spec.analysis.sessionAffinity (affinity-ignored)",
      "In blue/green all users move at once: there is nobody to keep.",
      "Take it out, or set weights in place of iterations.",
    ],
  ],
  [
    "affinity-ignored: the primary's cookie",
    [
      canary({
        provider: "gatewayapi:v1beta1",
        analysis: { sessionAffinity: { cookieName: "c", primaryCookieName: "p" } },
      }),
    ],
    {},
    [
      "app.yaml:29 warning Canary test/podinfo spec.analysis.sessionAffinity.primaryCookieName (affinity-ignored)",
      "Provider gatewayapi:v1beta1 keeps only the canary's users where they are.",
      "Take it out, or use gatewayapi:v1.",
    ],
  ],
  [
    "service-field-ignored",
    [canary({ service: { gateways: ["istio-system/public"], backends: [], trafficPolicy: {} } })],
    {},
    [
      "app.yaml:17 warning Canary test/podinfo spec.service.gateways (service-field-ignored)",
      "Provider gatewayapi:v1 does not go by gateways.",
      "Take it out, or use a provider that does.",
      "app.yaml:20 warning Canary test/podinfo spec.service.trafficPolicy (service-field-ignored)",
      "Provider gatewayapi:v1 does not go by trafficPolicy.",
      "Take it out, or use a provider that does.",
    ],
  ],
  [
    "service-field-ignored: kubernetes",
    [blueGreen({ service: { hosts: ["example.com"], timeout: "5s" } })],
    {},
    [
      "app.yaml:15 warning Canary test/podinfo spec.service.hosts (service-field-ignored)",
      "Provider kubernetes does not go by hosts.",
      "Take it out, or use a provider that does.",
      "app.yaml:17 warning Canary test/podinfo spec.service.timeout (service-field-ignored)",
      "Provider kubernetes does not go by timeout.",
      "Take it out, or use a provider that does.",
    ],
  ],
  [
    "route-timeout",
    [canary({ service: { timeout: "1.5s" } })],
    {},
    [
      "app.yaml:17 error Canary test/podinfo spec.service.timeout (route-timeout)",
      'The API server refuses the HTTPRoute: "1.5s" is no duration of the Gateway API.',
      "Write whole numbers with h, m, s or ms, such as 15s or 1m30s.",
    ],
  ],
  [
    "route-timeout: longer than the whole",
    [canary({ service: { timeout: "5s", backendTimeout: "10s" } })],
    {},
    [
      "app.yaml:18 error Canary test/podinfo spec.service.backendTimeout (route-timeout)",
      "The API server refuses the HTTPRoute: 10s is longer than the timeout of the whole request, 5s.",
      "Shorten backendTimeout, or lengthen timeout.",
    ],
  ],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
