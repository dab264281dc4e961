import type { Service } from "kubernetes-types/core/v1.d.ts";
import { isControlledBy } from "../api/ownership.ts";
import { allToCanary, allToPrimary } from "../api/routes.ts";
import { canonicalJson, isRecord } from "../kubernetes/canonical.ts";
import { changeTo } from "../kubernetes/change.ts";
import { fluxOptOut } from "../kubernetes/flux.ts";
import { services } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import type { Router } from "./router.ts";
import { podsOf, serviceAt, serviceChange } from "./services.ts";

type Live = Stored<Service>;

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Plain Kubernetes: the apex Service selects the pods of the primary or those of the canary. It knows no weights: as
 * long as the primary has a share, it gets everything.
 */
export const kubernetes: Router<readonly [Live]> = {
  name: "kubernetes",

  inputs: (canary) => [serviceAt(canary, "apex")],

  render: (view, { primary }) => {
    const change = serviceChange(view, "apex", view.live[0], primary === 0 ? "canary" : "primary");
    return change === undefined ? [] : [change];
  },

  read: (view) => {
    const [apex] = view.live;
    const { name, namespace = "" } = serviceAt(view.canary, "apex").key;
    if (apex === undefined) return { notReady: `service ${name}.${namespace} does not exist` };
    const selector = canonicalJson(apex.spec?.selector);
    if (selector === canonicalJson(podsOf(view, "primary"))) return allToPrimary;
    if (selector === canonicalJson(podsOf(view, "canary"))) return allToCanary;
    return { notReady: `service ${name}.${namespace} selects the pods of neither primary nor canary` };
  },

  undo: (view) => {
    const [apex] = view.live;
    if (apex === undefined) return [];
    const target = podsOf(view, "canary");
    const change = changeTo(
      services,
      apex,
      isControlledBy(view.canary, apex)
        ? { ...apex, spec: { ...apex.spec, selector: target } }
        : restored(apex, target),
    );
    return change === undefined ? [] : [change];
  },
};

/** The user's Service as kubectl last applied it, or for the target's pods; and Flux may have it back. */
function restored(live: Live, target: Readonly<Record<string, string>>) {
  const original = appliedBy(live);
  const annotations = Object.entries(live.metadata.annotations ?? {}).filter(
    ([key]) => !Object.hasOwn(fluxOptOut, key) || original?.annotations[key] !== undefined,
  );
  return {
    ...live,
    metadata: { ...live.metadata, annotations: annotations.length === 0 ? undefined : Object.fromEntries(annotations) },
    spec: { ...live.spec, selector: original === undefined ? target : original.selector },
  };
}

/** What `kubectl apply` was given, or undefined when the Service was made in another way. */
function appliedBy({ metadata }: Live) {
  const text = metadata.annotations?.[lastApplied];
  if (text === undefined) return undefined;
  const applied = parse(text);
  if (!isRecord(applied) || !isRecord(applied["spec"])) return undefined;
  const annotations = isRecord(applied["metadata"]) ? applied["metadata"]["annotations"] : undefined;
  return { selector: applied["spec"]["selector"], annotations: isRecord(annotations) ? annotations : {} };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
