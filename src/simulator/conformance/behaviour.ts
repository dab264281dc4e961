import type { Api } from "./api.ts";

/**
 * Something an API server does that the operator, kubectl or Helm relies on.
 * Rejects when the server behaves in another way.
 */
export type Behaviour = (api: Api) => Promise<void>;

/** Behaviours that belong together, each under a sentence that says what it is. */
export interface Topic {
  readonly name: string;
  readonly behaviours: Readonly<Record<string, Behaviour>>;
}
