import fc from "fast-check";
import { mishaps } from "./plan.ts";
import type { Deed, MishapName, Plan, Verdict } from "./plan.ts";
import { strategies } from "./strategies.ts";

const mostWrites = 60;
const revisions = fc.integer({ min: 1, max: 4 });
const verdict = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Verdict>("good") },
  { weight: 4, arbitrary: fc.constantFrom<Verdict>("bad", "no values", "no sense", "an error", "nothing") },
);
const names = Object.keys(mishaps) as readonly MishapName[];
const someone = fc.constantFrom<"podinfo" | "podinfo-primary">("podinfo", "podinfo-primary");

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 8, arbitrary: revisions.map((revision): Deed => ({ kind: "image", revision })) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom("suspend", "resume", "watches break", "history is lost", "crash")
      .map((kind): Deed => ({ kind })),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map((to): Deed => ({ kind: "threshold", to })) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 4 }).map((replicas): Deed => ({ kind: "scale", replicas })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("pod dies", "pod is not ready"), someone)
      .map(([kind, of]): Deed => ({ kind, of })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -120, max: 120 }).map((seconds): Deed => ({ kind: "clock jumps", seconds })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 40 }).map((seconds): Deed => ({ kind: "watches fall silent", seconds })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 60 }).map((seconds): Deed => ({ kind: "second operator", seconds })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(403 as const, 500 as const, "nothing" as const), fc.integer({ min: 1, max: 40 }))
      .map(([status, seconds]): Deed => ({ kind: "hooks answer", status, seconds })),
  },
  { weight: 1, arbitrary: fc.constant<Deed>({ kind: "delete" }) },
);

/** Plans of all kinds; the same seed gives the same ones. Shrinks to fewer deeds and mishaps, and earlier ones. */
export const randomPlan: fc.Arbitrary<Plan> = fc.record({
  strategy: fc.constantFrom(...Object.keys(strategies)),
  deeds: fc
    .array(fc.record({ afterSeconds: fc.integer({ min: 0, max: 40 }), deed }), { maxLength: 6 })
    .map((deeds) => [{ afterSeconds: 5, deed: { kind: "image", revision: 2 } as const }, ...deeds]),
  mishaps: fc.dictionary(fc.integer({ min: 1, max: mostWrites }).map(String), fc.constantFrom(...names), {
    maxKeys: 4,
  }),
  verdicts: fc.record({
    2: verdict,
    3: verdict,
    4: fc.constant<Verdict>("good"),
  }),
  broken: fc.oneof(
    { weight: 4, arbitrary: fc.constant<readonly number[]>([]) },
    { weight: 1, arbitrary: fc.constantFrom<readonly number[]>([2], [3], [2, 3]) },
  ),
  brokenInPrimary: fc.oneof(
    { weight: 4, arbitrary: fc.constant<readonly number[]>([]) },
    { weight: 1, arbitrary: fc.constantFrom<readonly number[]>([2], [3], [2, 3]) },
  ),
  busy: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(0, 100, 150, 400) },
  ),
  hearing: fc.oneof(
    { weight: 3, arbitrary: fc.constant({ lateSeconds: 0, twice: false }) },
    { weight: 1, arbitrary: fc.record({ lateSeconds: fc.integer({ min: 0, max: 3 }), twice: fc.boolean() }) },
  ),
});
