import type { Trace } from "./trace.ts";
import { begins, byTwenty, promotesAt40, stepsTo20, stepsTo40 } from "./turns.ts";

/** Hooks that refuse, and pods that are not ready. */
export const failureTraces: readonly Trace[] = [
  {
    name: "rollout-hook-fails",
    provider: "istio",
    analysis: byTwenty,
    turns: [
      begins,
      stepsTo20,
      stepsTo40,
      {
        does: ["close rollout"],
        gives: [
          "rollback(Progressing)=403",
          "rollout(Progressing)=403",
          "Progressing, 60/40, weight 40, failed 1, target up, primary old",
        ],
      },
      {
        gives: [
          "rollback(Progressing)=403",
          "rollout(Progressing)=403",
          {
            flagger: ["Progressing, 60/40, weight 40, failed 2, target up, primary old", "rollback(Progressing)=403"],
            headgate: [],
            because: "the last check allowed to fail rolls back at once, not at the next analysis",
          },
          "Failed, 100/0, target down, primary old",
          "alert error",
          "post-rollout(Failed)=200",
        ],
      },
    ],
  },
  {
    name: "primary-deadline-progressing",
    provider: "istio",
    analysis: byTwenty,
    turns: [
      begins,
      stepsTo20,
      { does: ["add a primary pod that never becomes ready"], gives: [] },
      {
        gives: [
          {
            flagger: ["Failed, 100/0, target down, primary old"],
            headgate: ["Failed, 100/0, target down, primary old", "alert error"],
            because: "a rollback because of the progress deadline is told like any other",
          },
          "post-rollout(Failed)=200",
        ],
      },
    ],
  },
  {
    name: "canary-not-ready-wait",
    provider: "istio",
    analysis: byTwenty,
    turns: [
      begins,
      stepsTo20,
      { does: ["add a canary pod that takes 100 seconds"], gives: [] },
      stepsTo40,
      promotesAt40,
    ],
  },
];
