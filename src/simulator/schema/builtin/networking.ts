import type { Ingress, IngressClass, IngressRule, NetworkPolicy } from "kubernetes-types/networking/v1.d.ts";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1.d.ts";
import type { Cause } from "../../resource.ts";
import { invalid, required } from "../causes.ts";
import { columnsOf, none } from "../columns.ts";
import { dnsSubdomain } from "../names.ts";
import { formatSelector, selectorProblems } from "../selectors.ts";
import { builtinKind } from "./kind.ts";

/*
 * Sources: kubernetes, pkg/apis/networking, pkg/apis/policy and pkg/printers/internalversion.
 */

const ingress = columnsOf<Ingress>();
const ingressClass = columnsOf<IngressClass>();
const networkPolicy = columnsOf<NetworkPolicy>();
const budget = columnsOf<PodDisruptionBudget>();

export const networking = [
  builtinKind<Ingress>({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    plural: "ingresses",
    shortNames: ["ing"],
    status: true,
    generation: true,
    columns: [
      ingress.column("Class", "string", ({ spec }) => spec?.ingressClassName ?? none),
      ingress.column("Hosts", "string", ({ spec }) => hostsOf(spec?.rules ?? [])),
      ingress.column("Address", "string", ({ status }) =>
        (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "").join(","),
      ),
      ingress.column("Ports", "string", ({ spec }) => (spec?.tls === undefined ? "80" : "80, 443")),
    ],
    rules: ({ spec = {} }) => [
      ...(spec.rules === undefined && spec.defaultBackend === undefined
        ? [invalid("spec", spec, "either `defaultBackend` or `rules` must be specified")]
        : []),
      ...(spec.rules ?? []).flatMap((rule, index) => ruleProblems(rule, `spec.rules[${index}]`)),
    ],
  }),
  builtinKind<IngressClass>({
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    plural: "ingressclasses",
    namespaced: false,
    generation: true,
    columns: [
      ingressClass.column("Controller", "string", ({ spec }) => spec?.controller ?? ""),
      ingressClass.column("Parameters", "string", ({ spec }) => {
        const { apiGroup, kind, name } = spec?.parameters ?? { kind: "", name: "" };
        return name === "" ? none : `${kind}${apiGroup === undefined ? "" : `.${apiGroup}`}/${name}`;
      }),
    ],
  }),
  builtinKind<NetworkPolicy>({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    plural: "networkpolicies",
    shortNames: ["netpol"],
    generation: true,
    columns: [networkPolicy.column("Pod-Selector", "string", ({ spec }) => formatSelector(spec?.podSelector))],
    complete: ({ spec, ...rest }) =>
      spec === undefined
        ? rest
        : {
            ...rest,
            spec: { policyTypes: spec.egress === undefined ? ["Ingress"] : ["Ingress", "Egress"], ...spec },
          },
    rules: ({ spec }) =>
      spec?.podSelector === undefined ? [] : selectorProblems(spec.podSelector, "spec.podSelector"),
  }),
  builtinKind<PodDisruptionBudget>({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    shortNames: ["pdb"],
    status: true,
    generation: true,
    columns: [
      budget.column("Min Available", "string", ({ spec }) => String(spec?.minAvailable ?? "N/A")),
      budget.column("Max Unavailable", "string", ({ spec }) => String(spec?.maxUnavailable ?? "N/A")),
      budget.column("Allowed Disruptions", "integer", ({ status }) => status?.disruptionsAllowed ?? 0),
    ],
    rules: ({ spec = {} }) =>
      spec.minAvailable !== undefined && spec.maxUnavailable !== undefined
        ? [invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")]
        : [],
  }),
];

function hostsOf(rules: readonly IngressRule[]): string {
  const hosts = rules.flatMap(({ host = "" }) => (host === "" ? [] : [host]));
  if (hosts.length === 0) return "*";
  const shown = hosts.slice(0, 3).join(",");
  return hosts.length > 3 ? `${shown} + ${hosts.length - 3} more...` : shown;
}

function ruleProblems({ host = "", http }: IngressRule, at: string): readonly Cause[] {
  return [
    ...(host === ""
      ? []
      : dnsSubdomain(host.replace(/^\*\./, "")).map((detail) => invalid(`${at}.host`, host, detail))),
    ...(http?.paths ?? []).flatMap(({ path = "", pathType, backend }, index) => {
      const field = `${at}.http.paths[${index}]`;
      const isLoose = pathType === "" || pathType === "ImplementationSpecific";
      return [
        ...(isLoose || path.startsWith("/") ? [] : [invalid(`${field}.path`, path, "must be an absolute path")]),
        ...(backend.service !== undefined && backend.service.port === undefined
          ? [required(`${field}.backend`, "port name or number is required")]
          : []),
      ];
    }),
  ];
}
