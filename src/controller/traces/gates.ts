import type { Departure, Trace, Turn } from "./trace.ts";
import {
  asked,
  begins,
  byTwenty,
  ends,
  firstAsked,
  mayGrow,
  mayPromote,
  oneStep,
  promotesAt40,
  stepsTo20,
  stepsTo40,
} from "./turns.ts";

/** What is asked while the promotion waits for approval. */
const askedMeanwhile = ["rollback(WaitingPromotion)=403", "rollout(Progressing)=200"] as const;

/** The gate stays closed for another interval. */
const stillClosed = "confirm-promotion(Progressing)=403";

const everyInterval: Departure = {
  flagger: ["WaitingPromotion, 100/0, iteration 2, target up, primary old", ...askedMeanwhile],
  headgate: [],
  because: "the gate is asked at every analysis, not at every second one, and no iteration is counted meanwhile",
};

const blueGreenStillClosed: Turn = {
  gives: [
    ...askedMeanwhile,
    everyInterval,
    stillClosed,
    {
      flagger: ["WaitingPromotion, 100/0, iteration 1, target up, primary old"],
      headgate: [],
      because: "the count has stayed there",
    },
  ],
};

const preRolloutOnce: Departure = {
  flagger: ["pre-rollout(Progressing)=200"],
  headgate: [],
  because: "the pre-rollout hooks have passed already",
};

/** Gates that are closed for a while. */
export const gateTraces: readonly Trace[] = [
  {
    name: "confirm-rollout-gate",
    provider: "istio",
    analysis: byTwenty,
    turns: [
      {
        does: ["close confirm-rollout", "push a revision"],
        gives: ["confirm-rollout(Initialized)=403", "Waiting, 100/0, target down, primary old", "alert warn"],
      },
      { gives: ["confirm-rollout(Waiting)=403"] },
      { gives: ["confirm-rollout(Waiting)=403"] },
      {
        does: ["open confirm-rollout"],
        gives: ["confirm-rollout(Waiting)=200", "Progressing, 100/0, target up, primary old", "alert info"],
      },
      stepsTo20,
      stepsTo40,
      promotesAt40,
    ],
  },
  {
    name: "confirm-traffic-increase-gate",
    provider: "istio",
    analysis: byTwenty,
    turns: [
      begins,
      {
        does: ["close confirm-traffic-increase"],
        gives: [...firstAsked, "confirm-traffic-increase(Progressing)=403", "alert warn"],
      },
      {
        gives: [
          "rollback(Progressing)=403",
          preRolloutOnce,
          "confirm-traffic-increase(Progressing)=403",
          {
            flagger: ["alert warn"],
            headgate: [],
            because: "that the gate is closed was said already",
          },
        ],
      },
      {
        does: ["open confirm-traffic-increase"],
        gives: [
          "rollback(Progressing)=403",
          preRolloutOnce,
          mayGrow,
          "Progressing, 80/20, weight 20, target up, primary old",
        ],
      },
      stepsTo40,
      promotesAt40,
    ],
  },
  {
    name: "confirm-promotion-gate-weighted",
    provider: "istio",
    analysis: byTwenty,
    turns: [
      { ...begins, does: ["close confirm-promotion", "push a revision"] },
      stepsTo20,
      stepsTo40,
      {
        gives: [
          ...asked,
          mayGrow,
          stillClosed,
          "WaitingPromotion, 60/40, iteration -1, target up, primary old",
          "alert warn",
        ],
      },
      { gives: [...askedMeanwhile, stillClosed] },
      { gives: [...askedMeanwhile, stillClosed] },
      {
        does: ["open confirm-promotion"],
        gives: [...askedMeanwhile, mayPromote, "Promoting, 60/40, iteration -1, target up, primary new", ...ends],
      },
    ],
  },
  {
    name: "confirm-promotion-gate-bluegreen",
    provider: "istio",
    analysis: { iterations: 2 },
    turns: [
      { ...begins, does: ["close confirm-promotion", "push a revision"] },
      { gives: [...firstAsked, "Progressing, 100/0, iteration 1, target up, primary old"] },
      { gives: [...asked, "Progressing, 100/0, iteration 2, target up, primary old"] },
      {
        gives: [...asked, stillClosed, "WaitingPromotion, 100/0, iteration 1, target up, primary old", "alert warn"],
      },
      blueGreenStillClosed,
      blueGreenStillClosed,
      {
        does: ["open confirm-promotion"],
        gives: [
          ...askedMeanwhile,
          everyInterval,
          mayPromote,
          oneStep("WaitingPromotion, 0/100, iteration 3, target up, primary old", [...askedMeanwhile, mayPromote]),
          "Promoting, 0/100, iteration 3, target up, primary new",
          ...ends,
        ],
      },
    ],
  },
];
