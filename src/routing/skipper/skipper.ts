import type { Canary } from "../../api/canary.ts";
import { apexName, canaryName, primaryName } from "../../api/names.ts";
import { isControlledBy } from "../../api/ownership.ts";
import { allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import { isRecord } from "../../kubernetes/canonical.ts";
import { ingresses } from "../../kubernetes/resources.ts";
import { annotationChanges, copiedAnnotations, copyChanges, ingressesOf, workingCopy } from "../ingress.ts";
import type { Annotations, Ingress, Ingresses } from "../ingress.ts";
import type { Router } from "../router.ts";

const weightsKey = "zalando.org/backend-weights";
const predicateKey = "zalando.org/skipper-predicate";

/** Puts the routes of the copy before those of the original. */
const preferred = "Weight(100)";
/** Takes the routes of the copy out. */
const disabled = "False()";

/**
 * Skipper: a second Ingress leads to primary and canary by weight, and goes before the one of `spec.ingressRef`. When the
 * canary has no share it is switched off, and requests take the original's way, over the apex Service to the primary.
 * Source: opensource.zalando.com/skipper, Ingress usage and predicates.
 */
export const skipper: Router<Ingresses> = {
  name: "skipper",

  inputs: ingressesOf,

  render: (view, routes) => {
    const { primary, canary } = servicesOf(view.canary);
    const annotations = { ...copiedAnnotations(view), ...routing(view.canary, view.live, routes) };
    return copyChanges(view, [primary, canary], annotations);
  },

  read: (view) => {
    const services = servicesOf(view.canary);
    const copy = workingCopy(view, [services.primary, services.canary]);
    if ("notReady" in copy) return copy;
    const { name, namespace = "", annotations = {} } = copy.metadata;
    const says = (text: string) => ({ notReady: `Ingress ${name}.${namespace} ${text}` });
    const predicate = (annotations[predicateKey] ?? "").trim();
    if (predicate.startsWith(disabled)) return allToPrimary;
    if (!predicate.startsWith(preferred)) {
      return says(`does not go before the original: ${predicateKey} does not begin with ${preferred}`);
    }
    const weights = parse(annotations[weightsKey]);
    const [primary, canary] = [weightOf(weights, services.primary), weightOf(weights, services.canary)];
    if (primary === undefined || canary === undefined || primary + canary === 0) {
      return says(`has no weights for primary and canary: see ${weightsKey}`);
    }
    const share = Math.round((100 * canary) / (primary + canary));
    return { primary: 100 - share, canary: share, mirrored: false };
  },

  // One that was there before the Canary stays, and is out of the way.
  undo: ({ canary, live: [original, copy] }) => {
    if (copy === undefined) return [];
    const { name, namespace, annotations } = copy.metadata;
    return isControlledBy(canary, copy)
      ? [{ kind: "delete", resource: ingresses, key: { name, ...(namespace !== undefined && { namespace }) } }]
      : annotationChanges(copy, { ...annotations, ...routing(canary, [original, copy], allToPrimary) });
  },
};

function servicesOf(canary: Canary): Readonly<Record<"primary" | "canary", string>> {
  const apex = apexName(canary);
  return { primary: primaryName(apex), canary: canaryName(apex) };
}

type Live = readonly [original: Ingress | undefined, copy: Ingress | undefined];

function routing(canary: Canary, live: Live, routes: Routes): Annotations {
  const services = servicesOf(canary);
  const [wanted = "", present = ""] = live.map((ingress) => ingress?.metadata.annotations?.[predicateKey]);
  const conditions = conditionsFor(wanted.trim(), present);
  const head = routes.canary === 0 ? disabled : preferred;
  return {
    [weightsKey]: JSON.stringify({ [services.canary]: routes.canary, [services.primary]: routes.primary }),
    [predicateKey]: conditions === "" ? head : `${head} && ${conditions}`,
  };
}

/** The predicates of the original, and those that somebody has added to them on the copy. */
function conditionsFor(wanted: string, present: string): string {
  const own = present.replace(/^\s*(Weight\(100\)|False\(\))\s*(&&|$)/, "").trim();
  return own.startsWith(wanted) ? own : wanted;
}

function parse(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function weightOf(weights: unknown, service: string): number | undefined {
  const weight = isRecord(weights) ? weights[service] : undefined;
  return typeof weight === "number" && weight >= 0 ? weight : undefined;
}
