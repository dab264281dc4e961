import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { Event } from "kubernetes-types/core/v1.d.ts";
import type { ResolvedAnalysis } from "../../api/analysis.ts";
import type { Canary, CanaryStatus } from "../../api/canary.ts";
import { primaryName, targetName } from "../../api/names.ts";
import { allToPrimary } from "../../api/routes.ts";
import type { StoredObject } from "../../simulator/resource.ts";
import { whatIsNew } from "./happening.ts";
import type { Happening, RehearsalEvent } from "./happening.ts";
import { withoutMarks } from "./world.ts";

/** A moment of a release. Times in seconds. */
export interface Moment {
  /** Since the change of the workload; 0 before that. */
  readonly at: number;
  /** Since the analysis began; 0 before that. */
  readonly analysed: number;
  /** The users whom the canary has, in percent. */
  readonly weight: number;
}

export interface RecorderOptions {
  readonly canary: Canary;
  readonly analysis: ResolvedAnalysis;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Writes down what happens to one Canary. */
export interface Recorder {
  /** From now on there is something to write down: the workload changes. */
  begin(): void;
  readonly tell: (happening: Happening) => void;
  /** Takes in an object that the cluster has now. */
  see(object: StoredObject): void;
  readonly events: () => readonly RehearsalEvent[];
  readonly status: () => CanaryStatus;
  /** What the operator said last; empty when it said nothing. */
  readonly said: () => string;
  readonly moment: () => Moment;
  /** For how long, in milliseconds, there has been no news; and whether anything was asked in that time. */
  readonly still: () => { readonly ms: number; readonly asked: boolean };
}

/** Begins before the workload changes, so that what is new then can be told. */
export function createRecorder({ canary, analysis, now }: RecorderOptions): Recorder {
  const events: RehearsalEvent[] = [];
  const pods = new Map<string, PodsOf>();
  let changedAt = Infinity;
  let begunAt = Infinity;
  let movedAt = 0;
  let askedAt = 0;
  let asked = false;
  let analyses = 0;
  let status: CanaryStatus = {};
  let said = "";

  const since = (from: number): number => Math.max(0, now() - from) / 1000;

  function tell(happening: Happening): void {
    if (happening.kind === "hook" || happening.kind === "check") {
      asked = true;
      askedAt = now();
    }
    if (now() >= changedAt) events.push({ at: since(changedAt), ...happening });
  }

  function seeStatus(after: CanaryStatus): void {
    const before = status;
    status = after;
    const analysing = before.phase === "Progressing" || before.phase === "WaitingPromotion";
    const { checkedAt } = after.run ?? {};
    if (analysing && checkedAt !== undefined) begunAt = Math.min(begunAt, Date.parse(checkedAt));
    // The analysis that ends in a rollback is not recorded as one.
    const done = checkedAt !== before.run?.checkedAt || (after.phase === "Failed" && asked);
    asked = false;
    const news = whatIsNew(before, after, analysis);
    if (news.length > 0) movedAt = now();
    for (const happening of news) tell(happening);
    if (analysing && done) tell({ kind: "analysis", analysis: ++analyses });
  }

  function seePods(workload: string, { spec, status: counts }: Deployment): void {
    const before = pods.get(workload);
    const template = JSON.stringify(spec?.template);
    const after = { wanted: spec?.replicas ?? 1, available: counts?.availableReplicas ?? 0, template };
    pods.set(workload, after);
    const isPrimary = workload === primaryName(targetName(canary));
    if (isPrimary && template !== before?.template) tell({ kind: "promotion", workload });
    const { wanted, available } = after;
    if (wanted === before?.wanted && available === before.available) return;
    movedAt = now();
    tell({ kind: "pods", workload, wanted, available });
  }

  function seeEvent({ involvedObject, type, message = "" }: Event): void {
    if (involvedObject.kind !== "Canary") return;
    said = withoutMarks(message);
    // Of pods it is told when they come.
    if (type === "Warning" && !said.includes(" not ready: ")) tell({ kind: "warning", text: said });
  }

  return {
    begin: () => {
      changedAt = movedAt = now();
      tell({ kind: "revision", workload: targetName(canary) });
    },
    tell,
    see: (object) => {
      if (object.kind === "Canary") seeStatus((object as unknown as Canary).status ?? {});
      if (object.kind === "Deployment") seePods(object.metadata.name, object as unknown as Deployment);
      if (object.kind === "Event") seeEvent(object as unknown as Event);
    },
    events: () => withoutPassing(events),
    status: () => status,
    said: () => said,
    moment: () => ({
      at: since(changedAt),
      analysed: since(begunAt),
      weight: (status.run?.routes ?? allToPrimary).canary,
    }),
    still: () => ({ ms: now() - movedAt, asked: askedAt > movedAt }),
  };
}

interface PodsOf {
  readonly wanted: number;
  readonly available: number;
  /** Their template, as JSON. */
  readonly template: string;
}

/** Without numbers of pods that did not last, or were the same before. */
function withoutPassing(events: readonly RehearsalEvent[]): readonly RehearsalEvent[] {
  const told = new Map<string, string>();
  return events.filter((event, index) => {
    if (event.kind !== "pods") return true;
    const { at, workload, wanted, available } = event;
    const later = events.slice(index + 1);
    if (later.some((other) => other.kind === "pods" && other.at === at && other.workload === workload)) return false;
    const counts = `${available} of ${wanted}`;
    const isNew = told.get(workload) !== counts;
    told.set(workload, counts);
    return isNew;
  });
}
