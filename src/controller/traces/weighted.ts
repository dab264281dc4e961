import type { Fact, Trace, Turn } from "./trace.ts";
import {
  asked,
  begins,
  byTwenty,
  ends,
  firstAsked,
  mayGrow,
  mayPromote,
  promotesAt40,
  stepsTo20,
  stepsTo40,
} from "./turns.ts";

const weighted = { analysis: byTwenty, turns: [begins, stepsTo20, stepsTo40, promotesAt40] };

const stepsAfterMirror: readonly Fact[] = [...asked, "Progressing, 80/20, weight 20, target up, primary old"];

/** What Flagger never comes to. */
const goesOn: readonly Turn[] = [stepsAfterMirror, stepsTo40.gives, promotesAt40.gives].map((headgate) => ({
  gives: [{ flagger: [], headgate, because: "the mirror step is over" }],
}));

/** Users go to the canary step by step. */
export const weightedTraces: readonly Trace[] = [
  { name: "weighted", provider: "istio", ...weighted },
  { name: "weighted-gatewayapi", provider: "gatewayapi:v1", ...weighted },
  {
    name: "weighted-stepweights",
    provider: "istio",
    analysis: { stepWeights: [10, 30, 70] },
    turns: [
      begins,
      { gives: [...firstAsked, mayGrow, "Progressing, 90/10, weight 10, target up, primary old"] },
      { gives: [...asked, mayGrow, "Progressing, 70/30, weight 30, target up, primary old"] },
      { gives: [...asked, mayGrow, "Progressing, 30/70, weight 70, target up, primary old"] },
      { gives: [...asked, mayGrow, mayPromote, "Promoting, 30/70, weight 70, target up, primary new", ...ends] },
    ],
  },
  {
    name: "weighted-mirror-istio",
    provider: "istio",
    analysis: { ...byTwenty, mirror: true },
    turns: [
      begins,
      { gives: [...firstAsked, mayGrow, "Progressing, 100/0 mirrored, target up, primary old"] },
      { gives: stepsAfterMirror },
      stepsTo40,
      promotesAt40,
    ],
  },
  {
    name: "weighted-mirror-gatewayapi-stuck",
    provider: "gatewayapi:v1",
    analysis: { ...byTwenty, mirror: true },
    turns: [
      begins,
      {
        gives: [
          ...firstAsked,
          mayGrow,
          {
            flagger: [...firstAsked, mayGrow, ...firstAsked, mayGrow, ...firstAsked, mayGrow, ...firstAsked, mayGrow],
            headgate: ["Progressing, 100/0 mirrored, target up, primary old"],
            because: "Flagger never leaves the mirror step here, and does not mirror either: Headgate does both",
          },
        ],
      },
      ...goesOn,
    ],
  },
];
