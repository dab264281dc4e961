import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { Service } from "kubernetes-types/core/v1.d.ts";
import type { Canary, CanaryStatus } from "../../api/canary.ts";
import type { StoredObject } from "../../simulator/resource.ts";
import type { Stage } from "../stage.ts";

/** What the invariants of a release are held to. */
export interface Terms {
  /** Checks that a revision must have passed. */
  readonly checks: number;
  /** Pods that the primary is to have; undefined where that changes on the way, and with it what a share needs. */
  readonly pods: number | undefined;
  /** Images of which no pod becomes ready, and those of which none in the primary does. */
  readonly broken: readonly string[];
  readonly brokenInPrimary: readonly string[];
  /** How old what the operator knows may be, in milliseconds: it cannot act on what it has not heard of. */
  readonly lateMs: number;
  /** Whether pods go without the operator: only what it does itself can be held against it then. */
  readonly podsGo: boolean;
}

/** One break of an invariant. */
export interface Violation {
  /** Its number in docs/safety.md. */
  readonly invariant: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly what: string;
  /** Seconds since the beginning. */
  readonly at: number;
}

/** Watches a stage, after every write. */
export interface Watched {
  readonly violations: readonly Violation[];
  /** Is told of each value that a check got of the pods of an image. */
  checked(image: string, good: boolean): void;
  /** Is told of each alert that was sent. */
  alerted(text: string): void;
  /** Is told that a write or an operator was lost: what was not recorded may be done again. */
  disturbed(): void;
  /** Is told when one more operator begins, or has ended: each sends what the other may be sending. */
  accompanied(by: 1 | -1): void;
  /** To be called when all is quiet and nothing goes wrong any more. */
  settled(): void;
}

interface Backend {
  readonly wanted: number;
  /** As many pods stay, as the operator itself has asked for; Infinity when somebody else has asked since. */
  readonly stay: number;
  readonly image: string;
  /** Whether all its pods are of the present template and can be called. */
  readonly isComplete: boolean;
  /** Pods that can be called and are to stay, and since when there are so many. */
  readonly ready: readonly (readonly [since: number, pods: number])[];
}

interface Rule {
  /** Some users only: nobody knows how many. */
  readonly matches?: readonly { readonly headers?: readonly unknown[] }[];
  readonly backendRefs?: readonly { readonly name: string; readonly weight?: number }[];
}

const target = "podinfo";
const primary = "podinfo-primary";
const settledPhases = ["Initialized", "Succeeded", "Failed"];

export function watchInvariants({ api, clock, isOperators }: Stage, terms: Terms): Watched {
  const began = clock.now();
  const violations: Violation[] = [];
  const backends = new Map<string, Backend>();
  /** Checks of the present run, by image. */
  const passed = new Map<string, number>();
  const alerts = new Map<string, number>();
  /** Alerts that may be sent again. */
  const forgiven = new Set<string>();
  const finished = new Map<string, string>();
  let selected = "";
  let rules: readonly Rule[] = [];
  let status: CanaryStatus = {};
  let exists = false;
  let isLeaving = false;
  let isServed = false;
  /** The Deployment that this write asks to have fewer pods. */
  let shrunk = "";
  let rivals = 0;
  let shares = new Map<string, number>();

  const blame = (invariant: Violation["invariant"], what: string): void => {
    if (violations.some((known) => known.what === what)) return;
    violations.push({ invariant, what, at: (clock.now() - began) / 1000 });
  };

  /** Pods of a Deployment that can be called and are to stay, as far as the operator may know. */
  function readyPods(name: string): number {
    const { stay = 0, ready = [] } = backends.get(name) ?? {};
    return Math.min(stay, Math.max(0, ...believed(ready).map(([, pods]) => pods)));
  }

  /** What was so at some time that the operator may still take for now. */
  function believed(ready: Backend["ready"]): Backend["ready"] {
    const from = clock.now() - terms.lateMs;
    return ready.filter((_, index) => (ready[index + 1]?.[0] ?? Infinity) >= from);
  }

  /** The share of users in percent, by Deployment: of all rules, the greatest. */
  function sharesNow(): Map<string, number> {
    // Behind a gateway the apex Service is for those inside the cluster.
    const all = new Map<string, number>([[selected, rules.length === 0 ? 100 : 1]]);
    for (const { matches = [], backendRefs = [] } of rules) {
      const isOfSome = matches.some(({ headers = [] }) => headers.length > 0);
      for (const { name, weight = 1 } of backendRefs) {
        const deployment = name === primary ? primary : target;
        const share = isOfSome ? Math.min(weight, 1) : weight;
        all.set(deployment, Math.max(all.get(deployment) ?? 0, share));
      }
    }
    return all;
  }

  function checkCapacity(cause: string): void {
    const before = shares;
    shares = sharesNow();
    isServed ||= readyPods(selected) > 0;
    if (!isServed) return;
    // Where nobody has pods it does not matter who gets the users.
    const isChoice = [target, primary].some((name) => (backends.get(name)?.ready.at(-1)?.[1] ?? 0) > 0);
    for (const [name, share] of shares) {
      if (share === 0) continue;
      const pods = readyPods(name);
      const grows = share > (before.get(name) ?? 0);
      const isCause = !terms.podsGo || (isOperators() && ((grows && isChoice) || shrunk === name));
      if (pods === 0 && isCause)
        blame(name === selected ? 3 : 1, `${cause}: nobody stands behind ${name}, which gets ${share} %`);
      if (!grows || !isOperators()) continue;
      const isPromoting = status.phase === "Promoting" || status.phase === "Finalising";
      const isHalf = name === primary && isPromoting && backends.get(primary)?.isComplete === false;
      if (terms.pods === undefined || terms.podsGo) continue;
      if (isHalf && terms.lateMs === 0) blame(4, `${cause}: users go to a primary half-way`);
      const needed = Math.ceil((share * terms.pods) / 100);
      if (pods < needed) blame(1, `${cause}: ${name} gets ${share} % with ${pods} of ${needed} pods`);
    }
  }

  function takeDeployment(object: StoredObject): void {
    const { name } = object.metadata;
    const { spec, status: { availableReplicas = 0, updatedReplicas = 0, replicas = 0, observedGeneration = 0 } = {} } =
      object as unknown as Deployment;
    const { replicas: wanted = 1 } = spec ?? {};
    const image = spec?.template.spec?.containers[0]?.image ?? "";
    const known = backends.get(name);
    const { wanted: before = 0, stay = Infinity, ready = [] } = known ?? {};
    shrunk = wanted < before ? name : "";
    backends.set(name, {
      wanted,
      stay: wanted === before ? stay : isOperators() ? wanted : Infinity,
      image,
      isComplete:
        observedGeneration >= (object.metadata.generation ?? 0) &&
        Math.min(availableReplicas, updatedReplicas) >= wanted &&
        replicas === updatedReplicas,
      ready: [...believed(ready), [clock.now(), Math.min(wanted, availableReplicas)]],
    });
    if (known === undefined || known.image === image) return;
    if (name !== primary || !isOperators() || isUnreleased(status)) return;
    const had = passed.get(image) ?? 0;
    if (had < terms.checks) blame(5, `${image} is promoted after ${had} of ${terms.checks} checks`);
  }

  function takeCanary(object: StoredObject): void {
    const before = status;
    status = (object as unknown as Canary).status ?? {};
    const { canaryWeight = 0, phase = "", run } = status;
    if (run?.id !== before.run?.id) passed.clear();
    if (canaryWeight < 0 || canaryWeight > 100) blame(2, `the status has a weight of ${canaryWeight}`);
    // A revision that is taken back ends its run without a word.
    const isPromoted = phase === "Succeeded" && ["Promoting", "Finalising"].includes(before.phase ?? "");
    if (isPromoted || (phase === "Failed" && before.phase !== "Failed")) finished.set(run?.id ?? "", phase);
  }

  function takeRoute(object: StoredObject): void {
    rules = (object["spec"] as { readonly rules?: readonly Rule[] }).rules ?? [];
    for (const { backendRefs = [] } of rules) {
      const weights = backendRefs.map(({ weight = 1 }) => weight);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const isSound = weights.every((weight) => weight >= 0 && weight <= 100) && (weights.length === 1 || sum === 100);
      if (!isSound) blame(2, `weights are ${weights.join("/")}`);
    }
  }

  api.onWrite(({ type, object }) => {
    const { kind = "", metadata } = object;
    shrunk = "";
    if (kind === "Deployment") takeDeployment(object);
    else if (kind === "Service" && metadata.name === target) {
      selected = (object as unknown as Service).spec?.selector?.["app"] ?? "";
    } else if (kind === "HTTPRoute") takeRoute(object);
    else if (kind === "Canary") {
      exists = type !== "DELETED";
      isLeaving = metadata.deletionTimestamp !== undefined;
      takeCanary(object);
    } else return;
    const cause = `${type} ${kind} ${metadata.name}`;
    checkCapacity(cause);
    // What is so only for this instant may be on its way already; what lasts is not, and no other write may come.
    if (kind === "Deployment")
      clock.after(terms.lateMs + 1, () => {
        checkCapacity(`since ${cause}`);
      });
  });

  return {
    violations,
    checked: (image, good) => {
      if (good) passed.set(image, (passed.get(image) ?? 0) + 1);
    },
    alerted: (text) => {
      const alert = `${status.run?.id ?? ""}: ${text}`;
      const times = (alerts.get(alert) ?? 0) + 1;
      alerts.set(alert, times);
      if (times > 1 && rivals === 0 && !forgiven.delete(alert)) blame(6, `sent ${times} times: ${alert}`);
    },
    disturbed: () => {
      for (const alert of alerts.keys()) forgiven.add(alert);
    },
    accompanied: (by) => {
      rivals += by;
    },
    settled: () => {
      const { phase = "", run } = status;
      // A target without pods is waited for, before there is a primary and when users are to be given back to it.
      const image = backends.get(target)?.image ?? "";
      const isBroken = terms.broken.includes(image);
      if (!exists || (isLeaving && isBroken)) return;
      if (phase === "Initializing" && (isBroken || terms.brokenInPrimary.includes(image))) return;
      if (!settledPhases.includes(phase)) blame(7, `it does not come to an end: ${phase}, ${run?.lastReason ?? ""}`);
      // All pods of both may be gone at once, for revisions of which none becomes ready.
      const made = backends.get(primary)?.image ?? "";
      const isHopeless = terms.podsGo && isBroken && [...terms.broken, ...terms.brokenInPrimary].includes(made);
      for (const [name, share] of sharesNow()) {
        if (share > 0 && readyPods(name) === 0 && !isHopeless) blame(4, `in the end nobody stands behind ${name}`);
      }
      const images = [target, primary].map((name) => backends.get(name)?.image ?? "");
      if (phase !== "Failed" && images[0] !== images[1]) {
        blame(5, `${images[0] ?? ""} was never judged: ${phase} with ${images[1] ?? ""}`);
      }
      for (const [id, end] of finished) {
        const told = [...alerts.keys()].filter((alert) => alert.startsWith(`${id}: `));
        if (!told.some((alert) => endings[end]?.test(alert))) blame(6, `no alert tells that run ${id} has ${end}`);
      }
    },
  };
}

const endings: Readonly<Record<string, RegExp>> = {
  Succeeded: /promotion finished/,
  Failed: /Failed checks threshold|failed|Rolling back|Progress deadline|Rollback/i,
};

/** Whether the primary is still made of the target, without a judgement. */
function isUnreleased({ phase = "" }: CanaryStatus): boolean {
  return phase === "" || phase === "Initializing";
}
