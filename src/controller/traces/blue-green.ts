import type { Trace, Turn } from "./trace.ts";
import { asked, begins, byTwenty, ends, firstAsked, mayPromote, oneStep } from "./turns.ts";

const twice = { iterations: 2 };

const blueGreen: readonly Turn[] = [
  begins,
  { gives: [...firstAsked, "Progressing, 100/0, iteration 1, target up, primary old"] },
  { gives: [...asked, "Progressing, 100/0, iteration 2, target up, primary old"] },
  {
    gives: [
      ...asked,
      mayPromote,
      oneStep("Progressing, 0/100, iteration 3, target up, primary old"),
      "Promoting, 0/100, iteration 3, target up, primary new",
      ...ends,
    ],
  },
];

/** With `kubernetes` the apex Service selects the primary all the time, although Flagger's own count says 0/100. */
function byKubernetes(iterations: number): readonly Turn[] {
  const status = (iteration: number) => `Progressing, 100/0, iteration ${iteration}, target up, primary old`;
  return [
    begins,
    { gives: [...firstAsked, status(1)] },
    ...Array.from({ length: iterations - 1 }, (_, index) => ({ gives: [...asked, status(index + 2)] })),
    {
      gives: [
        ...asked,
        mayPromote,
        oneStep(status(iterations + 1)),
        `Promoting, 100/0, iteration ${iterations + 1}, target up, primary new`,
        ...ends,
      ],
    },
  ];
}

/** Users go to the canary all at once, or those whom the analysis matches. */
export const blueGreenTraces: readonly Trace[] = [
  { name: "bluegreen-istio", provider: "istio", analysis: twice, turns: blueGreen },
  { name: "bluegreen-kubernetes", provider: "kubernetes", analysis: twice, turns: byKubernetes(2) },
  { name: "kubernetes-stepweight-only", provider: "kubernetes", analysis: byTwenty, turns: byKubernetes(10) },
  {
    name: "bluegreen-mirror-istio",
    provider: "istio",
    analysis: { ...twice, mirror: true },
    turns: [
      begins,
      { gives: [...firstAsked, "Progressing, 100/0 mirrored, iteration 1, target up, primary old"] },
      { gives: [...asked, "Progressing, 100/0 mirrored, iteration 2, target up, primary old"] },
      ...blueGreen.slice(3),
    ],
  },
  {
    name: "abtest-istio",
    provider: "istio",
    analysis: { ...twice, match: [{ headers: { "x-user": { exact: "insider" } } }] },
    turns: [
      begins,
      { gives: [...firstAsked, "Progressing, 0/100, iteration 1, target up, primary old"] },
      { gives: [...asked, "Progressing, 0/100, iteration 2, target up, primary old"] },
      { gives: [...asked, mayPromote, "Promoting, 0/100, iteration 2, target up, primary new", ...ends] },
    ],
  },
];
