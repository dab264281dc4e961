import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { createApiServer } from "../simulator/apiserver.ts";
import type { Fault } from "../simulator/apiserver.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createClient } from "./http-client.ts";
import { lead } from "./lease.ts";
import { leases } from "./resources.ts";
import type { ApiRequest, Transport } from "./transport.ts";

const lease = { namespace: "kube-system", name: "flagger-leader-election" };
const started = Date.parse("2026-01-01T00:00:00Z");

interface CandidateOptions {
  /** What goes wrong with a request. */
  readonly fault?: (request: ApiRequest) => Fault | undefined;
  /** How long each answer takes, in milliseconds. */
  readonly delayMs?: number;
  /** How far the clock of its machine is ahead, in milliseconds. */
  readonly skewMs?: number;
  /** How long its work goes on after it was told to stop, in milliseconds. */
  readonly workMs?: number;
  readonly run?: (leading: AbortSignal) => Promise<void>;
}

/** One API server and one time line, on which candidates begin and end. */
function openField() {
  const clock = createVirtualClock(started);
  const api = createApiServer({ clock });
  const user = createClient(api.transport, clock);
  /** What happened, each line with its time in seconds. */
  const story: string[] = [];
  const leading = new Set<string>();
  const note = (text: string): void => {
    story.push(`${(clock.now() - started) / 1000} ${text}`);
  };

  function enter(
    identity: string,
    { fault, delayMs = 0, skewMs = 0, workMs = 0, run }: CandidateOptions = {},
  ): AbortController {
    const stop = new AbortController();
    const own: Clock = { ...clock, now: () => clock.now() + skewMs };
    const connection = api.connect(fault ?? (() => undefined));
    const slowly: Transport = (request) => sleep(clock, delayMs).then(() => connection(request));
    const client = createClient(delayMs === 0 ? connection : slowly, own);
    const onError = (error: unknown): void => {
      note(`${identity}: ${String(error)}`);
    };
    const work = async (signal: AbortSignal): Promise<void> => {
      leading.add(identity);
      note(`${identity} leads${leading.size > 1 ? ", BESIDE ANOTHER" : ""}`);
      await sleep(clock, Number.MAX_SAFE_INTEGER, signal).catch(() => undefined);
      await sleep(clock, workMs);
      leading.delete(identity);
      note(`${identity} rests`);
    };
    lead({ client, clock: own, lease, identity, onError }, stop.signal, run ?? work).then(
      (end) => {
        note(`${identity} ends: ${end}`);
      },
      (error: unknown) => {
        note(`${identity} fails: ${String(error)}`);
      },
    );
    return stop;
  }

  return {
    clock,
    user,
    story,
    enter,
    /** What was noted since the last time. */
    told: () => story.splice(0),
    at: (seconds: number) => clock.advance(started + seconds * 1000 - clock.now()),
    holder: async () => (await user.get(leases, lease)).spec,
  };
}

/** Everything goes wrong from `from` to `to`, in seconds. */
function outage(clock: () => Clock, fault: Fault, from: number, to = Infinity): () => Fault | undefined {
  return () => {
    const seconds = (clock().now() - started) / 1000;
    return seconds >= from && seconds < to ? fault : undefined;
  };
}

describe("a candidate", () => {
  test("takes a free Lease at once, renews it, and gives it back", async () => {
    const { at, told, enter, holder } = openField();
    const stop = enter("a");
    await at(0);
    expect(await holder()).toEqual({
      holderIdentity: "a",
      leaseDurationSeconds: 60,
      acquireTime: "2026-01-01T00:00:00.000000Z",
      renewTime: "2026-01-01T00:00:00.000000Z",
      leaseTransitions: 0,
    });
    await at(12);
    expect(await holder()).toMatchObject({
      acquireTime: "2026-01-01T00:00:00.000000Z",
      renewTime: "2026-01-01T00:00:10.000000Z",
    });
    stop.abort();
    await at(12);
    expect(await holder()).toMatchObject({ holderIdentity: "", leaseTransitions: 0 });
    expect(told()).toEqual(["0 a leads", "12 a rests", "12 a ends: stopped"]);
  });

  test("waits for a held one, and follows as soon as it is given back", async () => {
    const { at, told, enter, holder } = openField();
    const stop = enter("a", { workMs: 100_000 });
    await at(1);
    enter("b");
    await at(200);
    expect(told()).toEqual(["0 a leads"]);
    stop.abort();
    await at(310);
    // The work of a goes on for longer than a Lease holds: it is renewed until then.
    expect(told()).toEqual(["300 a rests", "300 a ends: stopped", "301 b leads"]);
    expect(await holder()).toMatchObject({ holderIdentity: "b", leaseTransitions: 1 });
  });

  test.each([
    ["right", 0],
    ["an hour behind", -3_600_000],
    ["an hour ahead", 3_600_000],
  ])("takes over what it has itself seen unchanged for a minute, with a clock that is %s", async (_, skewMs) => {
    const { at, told, enter, user } = openField();
    const spec = { holderIdentity: "gone", leaseDurationSeconds: 60, renewTime: "2026-01-01T00:00:00.000000Z" };
    await user.create(leases, { metadata: lease, spec });
    await at(30);
    enter("a", { skewMs });
    await at(89);
    expect(told()).toEqual([]);
    await at(95);
    expect(told()).toEqual(["90 a leads"]);
  });

  test("waits as long as the holder has asked for", async () => {
    const { at, told, enter, user } = openField();
    await user.create(leases, { metadata: lease, spec: { holderIdentity: "gone", leaseDurationSeconds: 15 } });
    enter("a");
    await at(60);
    expect(told()).toEqual(["15 a leads"]);
  });

  test("does nothing when it was stopped before it began", async () => {
    const { at, told, enter, user } = openField();
    enter("a").abort();
    const stopped = AbortSignal.abort();
    const options = { client: user, clock: createVirtualClock(), lease, identity: "b", onError: () => undefined };
    expect(await lead(options, stopped, () => Promise.reject(new Error("leads")))).toBe("stopped");
    await at(10);
    // It was stopped while it took the Lease: it has given it back without leading.
    expect(told()).toEqual(["0 a ends: stopped"]);
    expect((await user.get(leases, lease)).spec?.holderIdentity).toBe("");
  });

  test("ends when it is stopped while it waits, or while nothing answers", async () => {
    const field = openField();
    const { at, told, enter } = field;
    enter("a");
    await at(1);
    const waiting = enter("b");
    const hanging = enter("c", { fault: () => ({ kind: "hang", served: false }) });
    await at(7);
    waiting.abort();
    hanging.abort();
    await at(12);
    expect(told()).toEqual([
      "0 a leads",
      "6 c: Unreachable: no answer in time",
      "7 b ends: stopped",
      "11 c: Unreachable: no answer in time",
      "11 c ends: stopped",
    ]);
  });

  test("writes nothing in a try that it has given up", async () => {
    const { at, told, enter, holder } = openField();
    enter("a", { delayMs: 6000 });
    await at(13);
    expect(told()).toEqual(["5 a: Unreachable: no answer in time", "10 a: Unreachable: no answer in time"]);
    await expect(holder()).rejects.toMatchObject({ name: "NotFound" });
  });

  test("gives the Lease back when its work ends or fails by itself", async () => {
    const { at, told, enter } = openField();
    enter("a", { run: () => Promise.resolve() });
    await at(1);
    enter("b", { run: () => Promise.reject(new Error("no work")) });
    await at(2);
    enter("c");
    await at(3);
    expect(told()).toEqual(["0 a ends: stopped", "1 b fails: Error: no work", "2 c leads"]);
  });

  test("of many that come at once, one leads", async () => {
    const { at, told, enter } = openField();
    for (const identity of ["a", "b", "c"]) enter(identity);
    await at(100);
    expect(told()).toEqual(["0 a leads"]);
  });

  test("ends at its next renewal when another has the Lease all the same", async () => {
    const { at, told, enter, user } = openField();
    enter("a");
    await at(2);
    await user.patch(leases, lease, { type: "merge", body: { spec: { holderIdentity: "by hand" } } });
    await at(10);
    expect(told()).toEqual(["0 a leads", "5 a rests", "5 a ends: lost"]);
  });
});

describe("a leader that is cut off", () => {
  test.each<[string, Fault]>([
    ["is refused", { kind: "cut", served: false }],
    ["gets no answers", { kind: "hang", served: false }],
    ["gets no answers to what is served", { kind: "hang", served: true }],
    ["gets errors", { kind: "answer", status: 500 }],
  ])("and %s stops well before another begins", async (_, fault) => {
    const field = openField();
    const { at, told, enter, clock } = field;
    enter("a", { fault: outage(() => clock, fault, 11), workMs: 20_000 });
    await at(1);
    enter("b");
    await at(200);
    // The last good renewal was begun at 10 s, and seen at 11 s.
    expect(told().filter((line) => !/: (Unreachable|ApiError)/.test(line))).toEqual([
      "0 a leads",
      "45 a rests",
      "45 a ends: lost",
      "71 b leads",
    ]);
  });

  test("for less than the deadline goes on", async () => {
    const field = openField();
    const { at, told, enter, clock } = field;
    enter("a", { fault: outage(() => clock, { kind: "hang", served: true }, 11, 20) });
    await at(1);
    enter("b");
    await at(100);
    expect(told()).toEqual(["0 a leads", "20 a: Unreachable: no answer in time"]);
  });

  test("is not held up by work that does not end", async () => {
    const field = openField();
    const { at, told, enter, clock } = field;
    enter("a", { fault: outage(() => clock, { kind: "cut", served: false }, 1), workMs: 100_000 });
    await at(50);
    expect(told().filter((line) => !line.includes("was cut"))).toEqual([
      "0 a leads",
      "40 a: Unreachable: the work goes on after the lease is lost",
      "40 a ends: lost",
    ]);
  });
});

test("two never lead at once, whatever becomes of their requests", async () => {
  const faults: readonly (Fault | undefined)[] = [
    undefined,
    { kind: "hang", served: false },
    { kind: "hang", served: true },
    { kind: "cut", served: false },
    { kind: "cut", served: true },
    { kind: "answer", status: 409 },
    { kind: "answer", status: 503 },
  ];
  /** Spells of one kind of fault each, which candidates run through again and again. */
  const spells = fc.array(fc.tuple(fc.constantFrom(...faults), fc.integer({ min: 1, max: 40 })), {
    minLength: 1,
    maxLength: 8,
  });
  const candidates = fc.array(
    fc.record({
      spells,
      skewMs: fc.integer({ min: -100_000, max: 100_000 }),
      workMs: fc.integer({ min: 0, max: 25_000 }),
      stopAt: fc.integer({ min: 0, max: 600 }),
    }),
    { minLength: 2, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(candidates, async (all) => {
      const { story, enter, at } = openField();
      const stops = all.map(({ spells: run, ...options }, index) => {
        const requests = run.flatMap(([fault, times]) => Array.from({ length: times }, () => fault));
        let count = 0;
        return enter(String(index), { ...options, fault: () => requests[count++ % requests.length] });
      });
      for (let seconds = 0; seconds <= 700; seconds += 7) {
        for (const [index, { stopAt }] of all.entries()) if (stopAt <= seconds) stops[index]?.abort();
        await at(seconds);
      }
      expect(story.filter((line) => line.includes("BESIDE"))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
