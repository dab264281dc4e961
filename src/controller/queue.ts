import type { Clock } from "../clock.ts";

/** Work by key: a key is never worked on twice at once, and what comes in meanwhile is one more turn. */
export interface Queue {
  add(key: string): void;
  /** Adds the key at this time (milliseconds since the epoch), in place of any time given before. */
  addAt(key: string, at: number): void;
  /** Drops the key with all that is planned for it, also by the turn that is under way, until it is added again. */
  forget(key: string): void;
  /** Resolves when nothing is being worked on. */
  idle(): Promise<void>;
  /** Works on nothing more. */
  stop(): void;
}

/**
 * How many turns may be in their first `holdMs` at once; further keys wait in line. Without a bound, a start with ten
 * thousand Canaries would look at all of them before anything else gets a say, such as the lease or a rollback, and
 * write all that differs at once.
 *
 * A turn that takes longer waits for others: a webhook may take up to its timeout, which can be many minutes. It gives
 * its place away, or a few dead webhooks would hold up everybody. Ten thousand turns have all begun after 16 seconds,
 * even when none of their webhooks answers.
 */
const places = 64;
const holdMs = 100;

interface Turn {
  again: boolean;
  forgotten: boolean;
}

export function createQueue(clock: Clock, work: (key: string) => Promise<void>): Queue {
  /** Keys in line, the first to come first. */
  const line = new Set<string>();
  const turns = new Map<string, Turn>();
  const timers = new Map<string, () => void>();
  const idlers: (() => void)[] = [];
  let free = places;
  let stopped = false;

  function cancelTimer(key: string): void {
    timers.get(key)?.();
    timers.delete(key);
  }

  function add(key: string): void {
    if (stopped) return;
    const turn = turns.get(key);
    if (turn !== undefined) {
      turn.again = true;
      turn.forgotten = false;
      return;
    }
    line.add(key);
    serve();
  }

  function serve(): void {
    for (const key of line) {
      if (free === 0) return;
      line.delete(key);
      void take(key);
    }
  }

  async function take(key: string): Promise<void> {
    const turn: Turn = { again: false, forgotten: false };
    turns.set(key, turn);
    const leave = hold();
    try {
      await work(key);
    } finally {
      leave();
      turns.delete(key);
      if (turn.again) add(key);
      tellIdlers();
    }
  }

  function tellIdlers(): void {
    if (turns.size === 0 && line.size === 0) for (const tell of idlers.splice(0)) tell();
  }

  /** Takes a place; it is free again as soon as the returned function is called, or its time is over. */
  function hold(): () => void {
    free--;
    let held = true;
    const leave = (): void => {
      cancel();
      if (!held) return;
      held = false;
      free++;
      // By way of a timer, so that a long line leaves room for what else the process does.
      if (line.size > 0) clock.after(0, serve);
    };
    const cancel = clock.after(holdMs, leave);
    return leave;
  }

  return {
    add,
    addAt: (key, at) => {
      if (stopped || turns.get(key)?.forgotten === true) return;
      cancelTimer(key);
      const cancel = clock.after(Math.max(0, at - clock.now()), () => {
        timers.delete(key);
        add(key);
      });
      timers.set(key, cancel);
    },
    forget: (key) => {
      cancelTimer(key);
      line.delete(key);
      const turn = turns.get(key);
      if (turn === undefined) return;
      turn.again = false;
      turn.forgotten = true;
    },
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve);
        tellIdlers();
      }),
    stop: () => {
      stopped = true;
      line.clear();
      for (const key of [...timers.keys()]) cancelTimer(key);
      tellIdlers();
    },
  };
}
