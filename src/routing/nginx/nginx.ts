import type { Canary } from "../../api/canary.ts";
import { InvalidSpec } from "../../api/errors.ts";
import { apexName, canaryName } from "../../api/names.ts";
import { allToCanary, allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import { managedAnnotations } from "../metadata.ts";
import type { Router } from "../router.ts";
import { matchAnnotations } from "./canary-match.ts";
import { annotationChanges, copiedAnnotations, copyChanges, ingressesOf, workingCopy } from "../ingress.ts";
import type { Annotations, Ingresses } from "../ingress.ts";

/**
 * ingress-nginx: a second Ingress, marked as canary, takes a share of the requests that the one of `spec.ingressRef` sends
 * to the apex Service; or in an A/B test, the requests that match. `prefix` is that of the annotations that the ingress
 * controller listens to, `nginx.ingress.kubernetes.io` unless it is told otherwise.
 * Source: kubernetes.github.io/ingress-nginx, annotations, Canary. A header goes before a cookie, and that before the weight.
 */
export function nginx(prefix: string): Router<Ingresses> {
  const key = (name: string): string => `${prefix}/${name}`;
  const routing = (annotations: Annotations, canary: Canary, routes: Routes): Annotations => ({
    ...Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.includes(key("canary")))),
    ...Object.fromEntries(Object.entries(selection(canary, routes)).map(([name, value]) => [key(name), value])),
  });

  return {
    name: "nginx",

    inputs: ingressesOf,

    render: (view, routes) => {
      const annotations = managedAnnotations(copiedAnnotations(view));
      return copyChanges(view, [testedService(view.canary)], routing(annotations, view.canary, routes));
    },

    read: (view) => {
      const copy = workingCopy(view, [testedService(view.canary)]);
      if ("notReady" in copy) return copy;
      const { name, namespace = "", annotations = {} } = copy.metadata;
      const says = (text: string) => ({ notReady: `Ingress ${name}.${namespace} ${text}` });
      const mark = key("canary");
      if (annotations[mark] !== "true") return says(`is not marked as canary: ${mark} is not "true"`);
      if (["canary-by-header", "canary-by-cookie"].some((match) => annotations[key(match)] !== undefined)) {
        return allToCanary;
      }
      const weight = numberOf(annotations[key("canary-weight")]);
      const total = numberOf(annotations[key("canary-weight-total")] ?? "100");
      if (weight === undefined || total === undefined || total === 0) {
        return says(`has no weight: ${key("canary-weight")} is not a number`);
      }
      const share = Math.min(100, Math.round((100 * weight) / total));
      return { primary: 100 - share, canary: share, mirrored: false };
    },

    // The copy goes with its Canary, but maybe after the Services that it leads to: until then, nobody is to take it.
    undo: ({ canary, live: [, copy] }) =>
      copy === undefined ? [] : annotationChanges(copy, routing(copy.metadata.annotations ?? {}, canary, allToPrimary)),
  };
}

function testedService(canary: Canary): string {
  return canaryName(apexName(canary));
}

/**
 * The annotations that bring these routes about, without their prefix. Requests that match cannot be split: as long as the
 * canary has a share, it gets all of them.
 */
function selection({ spec: { analysis } }: Canary, { canary: weight, rest }: Routes): Annotations {
  const { match = [], iterations = 0 } = analysis;
  if (match.length === 0 || weight === 0 || rest === "canary") {
    return { canary: "true", "canary-weight": String(weight) };
  }
  if (iterations <= 0) {
    throw new InvalidSpec(
      "spec.analysis.match: needs iterations in place of weights, as NGINX cannot split the requests that match",
    );
  }
  return { canary: "true", "canary-weight": "0", ...matchAnnotations(match) };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : undefined;
}
