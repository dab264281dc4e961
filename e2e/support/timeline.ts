import { say } from "../cluster/progress.ts";

/** Something that happened, `seconds` after the timeline began. */
interface Mark {
  readonly seconds: number;
  readonly text: string;
}

export interface Timeline {
  readonly marks: readonly Mark[];
  /** Notes and prints what happened now. */
  mark(text: string): Mark;
}

/** Begins now. */
export function startTimeline(): Timeline {
  const start = performance.now();
  const marks: Mark[] = [];
  return {
    marks,
    mark(text) {
      const mark = { seconds: (performance.now() - start) / 1000, text };
      marks.push(mark);
      say(`${mark.seconds.toFixed(1).padStart(8)} s  ${text}`);
      return mark;
    },
  };
}
