import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../virtual-clock.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import { createQueue } from "./queue.ts";
import type { Queue } from "./queue.ts";

interface Workshop {
  readonly queue: Queue;
  readonly clock: VirtualClock;
  /** The turns that have begun, as `KEY@MILLISECONDS`. */
  readonly begun: readonly string[];
  /** Ends the turn that is under way for the key. */
  readonly finish: (key: string) => Promise<void>;
}

/** A queue whose turns take until they are finished; `during` is called at the beginning of each. */
function open(during: (key: string, queue: Queue) => void = () => undefined): Workshop {
  const clock = createVirtualClock();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const queue = createQueue(clock, (key) => {
    begun.push(`${key}@${clock.now()}`);
    if (ends.has(key)) begun.push(`${key} twice at once`);
    during(key, queue);
    return new Promise((resolve) => {
      ends.set(key, resolve);
    });
  });
  return {
    queue,
    clock,
    begun,
    finish: async (key) => {
      const end = ends.get(key);
      ends.delete(key);
      end?.();
      await clock.advance(0);
    },
  };
}

describe("a key", () => {
  test("is worked on at once, and other keys meanwhile", () => {
    const { queue, begun } = open();
    queue.add("a");
    queue.add("b");
    expect(begun).toEqual(["a@0", "b@0"]);
  });

  test("never has two turns at once: all that comes meanwhile is one more", async () => {
    const { queue, begun, clock, finish } = open();
    queue.add("a");
    queue.add("a");
    queue.add("a");
    await clock.advance(5);
    expect(begun).toEqual(["a@0"]);
    await finish("a");
    await finish("a");
    expect(begun).toEqual(["a@0", "a@5"]);
  });

  test("added for a time is worked on then; the last time given counts", async () => {
    const { queue, begun, clock, finish } = open();
    queue.addAt("a", 50);
    queue.addAt("a", 30);
    queue.addAt("b", 10);
    queue.addAt("b", 40);
    await clock.advance(100);
    await finish("a");
    queue.addAt("a", 20);
    await clock.advance(0);
    expect(begun).toEqual(["a@30", "b@40", "a@100"]);
  });

  test("keeps its time when it is added before", async () => {
    const { queue, begun, clock, finish } = open();
    queue.addAt("a", 30);
    queue.add("a");
    await finish("a");
    await clock.advance(100);
    expect(begun).toEqual(["a@0", "a@30"]);
  });
});

describe("forgetting a key", () => {
  test("drops its time and its place in the line", async () => {
    const { queue, begun, clock } = open();
    for (let n = 0; n < 64; n++) queue.add(`first ${n}`);
    queue.add("a");
    queue.addAt("a", 500);
    queue.forget("a");
    await clock.advance(1000);
    expect(begun.filter((turn) => turn.startsWith("a@"))).toEqual([]);
  });

  test("during its turn drops what the turn has planned and plans", async () => {
    const { queue, begun, clock, finish } = open((key, queue) => {
      queue.addAt(key, 30);
    });
    queue.add("a");
    queue.add("a");
    queue.forget("a");
    queue.addAt("a", 20);
    await finish("a");
    await clock.advance(1000);
    expect(begun).toEqual(["a@0"]);
  });

  test("lasts until it is added again", async () => {
    const { queue, begun, clock, finish } = open();
    queue.add("a");
    queue.forget("a");
    queue.add("a");
    queue.addAt("a", 20);
    await finish("a");
    await finish("a");
    await clock.advance(1000);
    expect(begun).toEqual(["a@0", "a@0", "a@20"]);
  });
});

describe("many keys", () => {
  const keys = Array.from({ length: 200 }, (_, n) => `key ${n}`);

  test("are served in order, 64 at once", async () => {
    const { queue, begun, finish } = open();
    for (const key of keys) queue.add(key);
    expect(begun).toHaveLength(64);
    await finish("key 40");
    await finish("key 7");
    expect(begun.slice(62)).toEqual(["key 62@0", "key 63@0", "key 64@0", "key 65@0"]);
  });

  test("are not held up by turns that wait", async () => {
    const { queue, begun, clock } = open();
    for (const key of keys) queue.add(key);
    await clock.advance(1000);
    expect(begun).toEqual(keys.map((key, n) => `${key}@${100 * Math.floor(n / 64)}`));
  });

  test("leave room for others while a long line is served", async () => {
    const clock = createVirtualClock();
    const order: string[] = [];
    const queue = createQueue(clock, async (key) => {
      order.push(key);
    });
    for (const key of keys) queue.add(key);
    clock.after(0, () => order.push("another"));
    await clock.advance(0);
    expect(order.indexOf("another")).toBe(64);
    expect(order).toHaveLength(201);
  });
});

describe("stopping", () => {
  test("lets turns finish and begins none", async () => {
    const { queue, begun, clock, finish } = open();
    for (let n = 0; n < 65; n++) queue.add(`key ${n}`);
    queue.add("key 0");
    queue.addAt("later", 50);
    queue.stop();
    queue.add("late");
    queue.addAt("late", 60);
    let idle = false;
    void queue.idle().then(() => {
      idle = true;
    });
    for (let n = 0; n < 63; n++) await finish(`key ${n}`);
    expect(idle).toBe(false);
    await finish("key 63");
    await clock.advance(1000);
    expect([idle, begun.length]).toEqual([true, 64]);
  });

  test("is idle at once when nothing is worked on", async () => {
    const { queue } = open();
    queue.addAt("a", 50);
    queue.stop();
    await expect(queue.idle()).resolves.toBeUndefined();
  });
});
