/** Whether a workload's pods can take traffic. */
export type Readiness =
  | { readonly kind: "ready" }
  /** May become ready: `reason` says what is awaited. */
  | { readonly kind: "waiting"; readonly reason: string }
  /** Past its progress deadline: will not become ready by itself. */
  | { readonly kind: "stuck"; readonly reason: string };
