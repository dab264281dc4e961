import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { Service } from "kubernetes-types/core/v1.d.ts";
import type { Stage } from "../stage.ts";

/** Watches who serves the users of podinfo. */
export interface Users {
  /** See `Noticed.users`. */
  readonly seen: readonly string[];
  /** How many percent of the users a Deployment serves, as the last rule of the route says, or the apex Service. */
  share(deployment: string): number;
  /** How many of its pods can be called. */
  pods(deployment: string): number;
  /** Begins anew, with who serves users now. */
  turnPage(): void;
}

interface Route {
  readonly rules?: readonly { readonly backendRefs?: readonly { readonly name: string; readonly weight?: number }[] }[];
}

/** Deployments and their weights. */
type Backends = readonly (readonly [deployment: string, weight: number])[];

const [target, primary] = ["podinfo", "podinfo-primary"];

/** `load` says how many pods all users together keep busy. */
export function watchUsers({ api }: Stage, load: () => number): Users {
  const pods = new Map<string, number>();
  const seen: string[] = [];
  let selected = "";
  let routed: Backends[] = [];
  let isShort: readonly string[] = [];

  const podsOf = (name: string): number => pods.get(name) ?? 0;
  /** Whoever no rule is about comes through the last one, or through the Service. */
  const backends = (): Backends => routed.at(-1) ?? [[selected, 100]];

  function look(isMove: boolean): void {
    if (selected === "") return;
    const served = [...routed.flat(), ...(routed.length === 0 ? backends() : [])].filter(([, weight]) => weight > 0);
    const empty = served.filter(([name]) => podsOf(name) === 0).map(([name]) => `nobody on ${roleOf(name)}`);
    if (isMove) {
      isShort = backends().flatMap(([name, weight]) => {
        const needed = Math.ceil((weight * load()) / 100);
        return podsOf(name) < needed ? [`${podsOf(name)} of ${needed} pods on ${roleOf(name)}`] : [];
      });
    }
    const where = routed.length === 0 ? roleOf(selected) : routed.map(describe).join(" and ");
    const now = [where, ...new Set(empty.length > 0 ? empty : isShort)].join(", ");
    if (seen.at(-1) !== now) seen.push(now);
  }

  api.onWrite(({ type, object }) => {
    const { kind, metadata } = object;
    if (kind === "Deployment") {
      const { spec, status } = object as unknown as Deployment;
      pods.set(metadata.name, Math.min(spec?.replicas ?? 1, status?.availableReplicas ?? 0));
    } else if (kind === "Service" && metadata.name === target) {
      selected = (object as unknown as Service).spec?.selector?.["app"] ?? "";
    } else if (kind === "HTTPRoute" && metadata.name === target) {
      const { rules = [] } = type === "DELETED" ? {} : (object["spec"] as Route);
      routed = rules.map(({ backendRefs = [] }) =>
        backendRefs.map(({ name, weight = 1 }) => [name === primary ? primary : target, weight]),
      );
    } else return;
    look(kind !== "Deployment");
  });

  return {
    seen,
    share: (deployment) => backends().find(([name]) => name === deployment)?.[1] ?? 0,
    pods: podsOf,
    turnPage: () => {
      seen.length = 0;
      look(true);
    },
  };
}

function roleOf(deployment: string): string {
  return deployment === primary ? "primary" : "canary";
}

function describe(backends: Backends): string {
  return backends.map(([name, weight]) => (backends.length === 1 ? roleOf(name) : String(weight))).join("/");
}
