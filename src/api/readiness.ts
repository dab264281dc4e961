/** Whether a workload's pods can take traffic. */
export type Readiness =
  | { readonly kind: "ready" }
  /** May become ready: `reason` says what is awaited. From `stuckAt` on (milliseconds since the epoch) it is stuck. */
  | { readonly kind: "waiting"; readonly reason: string; readonly stuckAt?: number }
  /** Past its progress deadline: will not become ready by itself. */
  | { readonly kind: "stuck"; readonly reason: string };
