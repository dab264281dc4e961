import { strategyOf } from "../api/analysis.ts";
import type { CanaryService } from "../api/canary.ts";
import { given } from "../api/given.ts";
import { targetName } from "../api/names.ts";
import { routerFor } from "../routing/routers.ts";
import { scalerOf, workloadKind } from "../workloads/kinds.ts";
import { analysisOf, providerOf } from "./lookup.ts";
import { rule } from "./rule.ts";
import type { Rule, Slip } from "./rule.ts";
import { complaint, split } from "./templates.ts";
import { msOf } from "./timing.ts";

type ServiceField = keyof CanaryService;

const istioOnly: readonly ServiceField[] = [
  "gateways",
  "delegation",
  "trafficPolicy",
  "retries",
  "meshName",
  "backends",
];
const newerGateways: readonly ServiceField[] = ["timeout", "backendTimeout", "corsPolicy"];

/** The fields of `service` that a provider does not go by. */
const unused: Readonly<Record<string, readonly ServiceField[]>> = {
  "gatewayapi:v1": istioOnly,
  "gatewayapi:v1beta1": [...istioOnly, ...newerGateways],
  kubernetes: [...istioOnly, ...newerGateways, "gatewayRefs", "hosts", "match", "rewrite", "headers", "mirror"],
};

/** A duration as the Gateway API takes it: gateway-api.sigs.k8s.io/geps/gep-2257. */
const gatewayDuration = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

/** What the mesh or ingress can do. */
export const providerRules: readonly Rule[] = [
  rule(
    {
      id: "provider",
      severity: "error",
      finds: "a provider that this version does not support, or that cannot do what the Canary asks for",
    },
    (canary, scene) => {
      const provider = providerOf(canary, scene);
      if (provider === "") return [];
      const unsupported = complaint(() => routerFor(provider));
      if (unsupported !== undefined) {
        const path = canary.spec.provider === undefined ? "spec" : "spec.provider";
        return [{ path, problem: sentence(unsupported), fix: "Use one of those." }];
      }
      const refused = complaint(() => {
        const router = routerFor(provider);
        const live = router.inputs(canary).map(() => undefined);
        // What it copies from is not at hand.
        if (canary.spec.ingressRef !== undefined || canary.spec.routeRef !== undefined) return;
        const selector = { label: "app", value: targetName(canary) };
        router.render({ canary, selector, ports: {}, live }, { primary: 50, canary: 50, mirrored: false });
      });
      if (refused === undefined) return [];
      const { path, text } = split(refused, /spec\.[\w.]+\w/.exec(refused)?.[0] ?? "spec");
      return [{ path, problem: `Provider ${provider} makes no route: ${text}.`, fix: "Change the field as it says." }];
    },
  ),
  rule(
    {
      id: "kind",
      severity: "error",
      finds: "a target or an autoscaler of a kind that this version does not support",
    },
    (canary) =>
      [() => workloadKind(canary), () => scalerOf(canary)].flatMap((look) => {
        const reason = complaint(look);
        if (reason === undefined) return [];
        const { path, text } = split(reason, "spec.targetRef");
        return [{ path, problem: sentence(text), fix: "Use one of those." }];
      }),
  ),
  rule(
    {
      id: "kubernetes-fallback",
      severity: "warning",
      finds: "provider `kubernetes` with weights, match or mirroring, in place of which it goes blue/green",
    },
    (canary, scene) => {
      if (providerOf(canary, scene) !== "kubernetes") return [];
      const { analysis } = canary.spec;
      const { iterations } = analysisOf(canary, scene);
      const weights = (["stepWeight", "stepWeights", "iterations"] as const).find(
        (name) => analysis[name] !== undefined,
      );
      const fields: readonly (readonly [field: string, present: boolean, what: string])[] = [
        [weights ?? "iterations", (analysis.iterations ?? 0) < 1, `it goes blue/green with ${iterations} iterations`],
        ["match", (analysis.match ?? []).length > 0, "nobody meets the canary before the promotion"],
        ["mirror", analysis.mirror === true, "no request is copied"],
        ["stepWeightPromotion", (analysis.stepWeightPromotion ?? 0) > 0, "the promotion moves all users at once"],
      ];
      return fields
        .filter(([, present]) => present)
        .map(([field, , what]) => ({
          path: `spec.analysis.${field}`,
          problem: `Provider kubernetes can neither weigh nor match nor copy requests: ${what}.`,
          fix:
            field === weights
              ? "Set iterations, or use a provider with a gateway."
              : "Take it out, or use a provider with a gateway.",
        }));
    },
  ),
  rule(
    {
      id: "affinity-ignored",
      severity: "warning",
      finds: "session affinity where nobody is kept anywhere by it",
    },
    (canary, scene) => {
      const affinity = canary.spec.analysis.sessionAffinity;
      if (affinity === undefined) return [];
      const provider = providerOf(canary, scene);
      const path = "spec.analysis.sessionAffinity";
      const supported = ["", "istio", "gatewayapi:v1", "gatewayapi:v1beta1"];
      if (!supported.includes(provider)) {
        const problem = `Provider ${provider} sets no cookies: users are not kept on one revision.`;
        return [{ path, problem, fix: "Take it out, or use gatewayapi:v1." }];
      }
      if (strategyOf(analysisOf(canary, scene)) === "blue-green") {
        const problem = "In blue/green all users move at once: there is nobody to keep.";
        return [{ path, problem, fix: "Take it out, or set weights in place of iterations." }];
      }
      if (provider === "gatewayapi:v1beta1" && given(affinity.primaryCookieName) !== undefined) {
        const problem = "Provider gatewayapi:v1beta1 keeps only the canary's users where they are.";
        return [{ path: `${path}.primaryCookieName`, problem, fix: "Take it out, or use gatewayapi:v1." }];
      }
      return [];
    },
  ),
  rule(
    {
      id: "service-field-ignored",
      severity: "warning",
      finds: "a field of `service` that the provider does not go by",
    },
    (canary, scene) => {
      const provider = providerOf(canary, scene);
      const { service } = canary.spec;
      const fields = unused[provider] ?? [];
      return fields.flatMap((field): readonly Slip[] => {
        const value = service?.[field];
        if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return [];
        const problem = `Provider ${provider} does not go by ${field}.`;
        return [{ path: `spec.service.${field}`, problem, fix: "Take it out, or use a provider that does." }];
      });
    },
  ),
  rule(
    {
      id: "route-timeout",
      severity: "error",
      finds: "timeouts that the Gateway API refuses",
    },
    (canary, scene) => {
      if (providerOf(canary, scene) !== "gatewayapi:v1") return [];
      const { service = { port: 0 } } = canary.spec;
      const [timeout, backendTimeout] = [given(service.timeout), given(service.backendTimeout)];
      const unreadable = Object.entries({ timeout, backendTimeout }).flatMap(([field, text]) =>
        text === undefined || gatewayDuration.test(text)
          ? []
          : [
              {
                path: `spec.service.${field}`,
                problem: `The API server refuses the HTTPRoute: ${JSON.stringify(text)} is no duration of the Gateway API.`,
                fix: "Write whole numbers with h, m, s or ms, such as 15s or 1m30s.",
              },
            ],
      );
      if (unreadable.length > 0 || timeout === undefined || backendTimeout === undefined) return unreadable;
      const whole = msOf(timeout) ?? 0;
      return whole > 0 && (msOf(backendTimeout) ?? 0) > whole
        ? [
            {
              path: "spec.service.backendTimeout",
              problem: `The API server refuses the HTTPRoute: ${backendTimeout} is longer than the timeout of the whole request, ${timeout}.`,
              fix: "Shorten backendTimeout, or lengthen timeout.",
            },
          ]
        : [];
    },
  ),
];

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
