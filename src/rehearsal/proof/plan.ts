/** What becomes of a write of an operator. */
export const mishaps = {
  "crash before": "crash before",
  "crash after": "crash after",
  conflict: { kind: "answer", status: 409 },
  "too many requests": { kind: "answer", status: 429 },
  "server error": { kind: "answer", status: 500 },
  "no answer": { kind: "hang", served: false },
  "lost answer": { kind: "cut", served: true },
} as const;

export type MishapName = keyof typeof mishaps;

/** What Prometheus says of a revision. */
export type Verdict = "good" | "bad" | "no values" | "no sense" | "an error" | "nothing";

/** What happens in the cluster, and to the operator. */
export type Deed =
  /** The target gets the revision of this number. */
  | { readonly kind: "image"; readonly revision: number }
  | { readonly kind: "suspend" | "resume" | "delete" | "watches break" | "history is lost" | "crash" }
  | { readonly kind: "threshold"; readonly to: number }
  | { readonly kind: "scale"; readonly replicas: number }
  | { readonly kind: "pod dies" | "pod is not ready"; readonly of: "podinfo" | "podinfo-primary" }
  /** What watches say is lost for a while, and then they break. */
  | { readonly kind: "watches fall silent"; readonly seconds: number }
  /** Of the operator, forwards or backwards. */
  | { readonly kind: "clock jumps"; readonly seconds: number }
  /** One more operator works beside the first, as an old leader may that has not noticed yet. */
  | { readonly kind: "second operator"; readonly seconds: number }
  /** All hooks but those for a rollback answer so, for a while. */
  | { readonly kind: "hooks answer"; readonly status: 403 | 500 | "nothing"; readonly seconds: number };

/** All that happens in one release, after the Canary has been initialized. */
export interface Plan {
  /** Name of a strategy. */
  readonly strategy: string;
  /** In the order in which they happen, each so many seconds after the one before. */
  readonly deeds: readonly { readonly afterSeconds: number; readonly deed: Deed }[];
  /** Numbers of writes, counted from 1 over all operators, and what becomes of them. */
  readonly mishaps: Readonly<Record<number, MishapName>>;
  /** By revision; good where there is none. */
  readonly verdicts: Readonly<Record<number, Verdict>>;
  /** Revisions of which no pod becomes ready. */
  readonly broken: readonly number[];
  /** Revisions of which no pod of the primary becomes ready. */
  readonly brokenInPrimary: readonly number[];
  /** How busy each pod is, in percent of what an autoscaler of 2 to 4 pods wants; undefined without an autoscaler. */
  readonly busy: number | undefined;
  /** How late watches tell the operator of a change, in seconds, and whether they do it twice. */
  readonly hearing: { readonly lateSeconds: number; readonly twice: boolean };
}

/** A release of revision 2 without anything going wrong around it. */
export function quietPlan(strategy: string, verdict: Verdict = "good"): Plan {
  return {
    strategy,
    deeds: [{ afterSeconds: 10, deed: { kind: "image", revision: 2 } }],
    mishaps: {},
    verdicts: { 2: verdict },
    broken: [],
    brokenInPrimary: [],
    busy: undefined,
    hearing: { lateSeconds: 0, twice: false },
  };
}
