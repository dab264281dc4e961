import type { Timeline } from "./timeline.ts";

/** What a suite works with. */
export interface Context {
  readonly timeline: Timeline;
  /**
   * Does one check of the suite: it passes when the work ends, and fails when it throws.
   * A failed check ends its suite, as later ones build on it.
   */
  readonly check: (title: string, work: () => Promise<void>) => Promise<void>;
}

/** A file of `suites/`, run in the order of their names. */
export interface Suite {
  readonly name: string;
  run(context: Context): Promise<void>;
}
