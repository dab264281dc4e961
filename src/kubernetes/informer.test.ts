import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../virtual-clock.ts";
import type { KubeClient, WatchEvent } from "./client.ts";
import { ApiError, Gone, NotFound } from "./errors.ts";
import { createInformer } from "./informer.ts";
import type { KubeObject } from "./objects.ts";
import { configMaps } from "./resources.ts";

const object = (name: string, version: number, uid = name): KubeObject => ({
  metadata: { namespace: "test", name, uid, resourceVersion: String(version) },
});
const down = new ApiError("down", 500, "InternalError");
const gone = new Gone("too old", 410, "Expired");

interface Script {
  /** What each list answers, one after another; the last one again and again. The first is at version 10, then 20. */
  readonly lists: readonly (readonly KubeObject[] | Error)[];
  /** What each watch tells until it ends or fails; watches beyond the last stay open. */
  readonly watches?: readonly (readonly (WatchEvent<KubeObject> | Error)[])[];
}

/** An API server that follows a script, and says from where each watch began. */
function scripted({ lists, watches = [] }: Script, note: (request: string) => void): KubeClient {
  let [listed, watched] = [0, 0];
  const unused = (): never => {
    throw new Error("not part of the script");
  };
  return {
    ...{ get: unused, create: unused, replace: unused, patch: unused, delete: unused },
    list: () => {
      note("list");
      const answer = lists[Math.min(listed++, lists.length - 1)] ?? [];
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({ items: answer, resourceVersion: String(listed * 10) });
    },
    async *watch(_: unknown, { from, signal }: { readonly from: string; readonly signal: AbortSignal }) {
      note(`watch from ${from}`);
      const events = watches[watched++];
      for (const event of events ?? []) {
        if (event instanceof Error) throw event;
        yield event;
      }
      if (events !== undefined) return;
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("aborted"));
        });
      });
    },
  } as KubeClient;
}

async function follow(script: Script, ms = 0) {
  const clock = createVirtualClock();
  const asked: string[] = [];
  /** When each request was made, in milliseconds. */
  const times: number[] = [];
  const client = scripted(script, (request) => {
    asked.push(request);
    times.push(clock.now());
  });
  const errors: string[] = [];
  const informer = createInformer<KubeObject>(client, clock, configMaps, {
    transform: (whole) => whole,
    onError: (error) => errors.push(String(error)),
  });
  const changes: string[] = [];
  informer.onChange(({ kind, object: { metadata } }) =>
    changes.push(`${kind} ${metadata.name}@${metadata.resourceVersion ?? ""}`),
  );
  const stop = new AbortController();
  const started = informer.start(stop.signal);
  await clock.advance(ms);
  return { informer, changes, asked, times, errors, clock, stop, started };
}

describe("an informer", () => {
  test("lists, then watches from there", async () => {
    const { informer, changes, asked } = await follow({
      lists: [[object("a", 1)]],
      watches: [
        [
          { type: "MODIFIED", object: object("a", 11) },
          { type: "ADDED", object: object("b", 12) },
          { type: "DELETED", object: object("a", 13) },
          { type: "BOOKMARK", resourceVersion: "20" },
        ],
      ],
    });
    expect(changes).toEqual(["set a@1", "set a@11", "set b@12", "deleted a@11"]);
    expect(informer.list()).toEqual([object("b", 12)]);
    expect([informer.synced, asked]).toEqual([true, ["list", "watch from 10", "watch from 20"]]);
  });

  test("keeps no managed fields", async () => {
    const { metadata } = object("a", 1);
    const { informer } = await follow({
      lists: [[{ metadata: { ...metadata, managedFields: [] } as typeof metadata }]],
    });
    expect(informer.get(metadata)).toEqual({ metadata });
  });

  test.each<[string, Script["watches"]]>([
    ["when its place is gone", [[gone]]],
    ["when its place goes during the watch", [[{ type: "BOOKMARK", resourceVersion: "15" }, gone]]],
  ])("lists again %s, and tells only what differs", async (_, watches = []) => {
    const { changes, asked, errors } = await follow(
      {
        lists: [
          [object("a", 1), object("b", 2)],
          [object("b", 2), object("c", 3)],
        ],
        watches,
      },
      2000,
    );
    expect(changes).toEqual(["set a@1", "set b@2", "deleted a@1", "set c@3"]);
    expect([asked, errors]).toEqual([["list", "watch from 10", "list", "watch from 20"], []]);
  });

  test("goes on from where it was after a failure, and keeps what it knows", async () => {
    const { informer, asked, errors } = await follow(
      {
        lists: [[object("a", 1)]],
        watches: [[down], [{ type: "ADDED", object: object("b", 11) }, down]],
      },
      4000,
    );
    expect(asked).toEqual(["list", "watch from 10", "watch from 10", "watch from 11"]);
    expect(errors).toEqual(["ApiError: down", "ApiError: down"]);
    expect(informer.list()).toHaveLength(2);
  });

  test.each<[string, Script, string]>([
    ["fails", { lists: [down] }, "ApiError: down"],
    ["finds its place gone at once", { lists: [[]], watches: Array<[Error]>(100).fill([gone]) }, ""],
    [
      "has watches that end at once",
      { lists: [[]], watches: Array<[]>(100).fill([]) },
      "Unreachable: the watch of configmaps ended as soon as it had begun",
    ],
  ])("pauses ever longer, and by chance, while it %s", async (_, script, error) => {
    const { times, errors } = await follow(script, 600_000);
    const moments = [...new Set(times)];
    const pauses = moments.slice(1).map((time, index) => (time - (moments[index] ?? 0)) / 1000);
    const expected = pauses.map((_pause, index) => Math.min(30, 2 ** index));
    expect(pauses.length).toBeGreaterThan(15);
    expect(pauses.filter((pause, index) => pause < 0.5 * (expected[index] ?? 0))).toEqual([]);
    expect(pauses.filter((pause, index) => pause > 1.5 * (expected[index] ?? 0))).toEqual([]);
    expect(new Set(pauses).size).toBe(pauses.length);
    expect(new Set(errors)).toEqual(new Set(error === "" ? [] : [error]));
  });

  test("begins anew with short pauses once something was told", async () => {
    const told = (version: number): WatchEvent<KubeObject> => ({ type: "BOOKMARK", resourceVersion: String(version) });
    const { asked } = await follow(
      { lists: [[]], watches: [[down], [down], [down], [told(11), down], [told(12), down]] },
      1.5 * (1000 + 2000 + 4000 + 1000 + 1000),
    );
    expect(asked.slice(-2)).toEqual(["watch from 11", "watch from 12"]);
  });

  test("leaves a watch that is silent for three minutes", async () => {
    const { asked, times, errors, clock } = await follow({
      lists: [[]],
      watches: [[{ type: "BOOKMARK", resourceVersion: "15" }]],
    });
    await clock.advance(400_000);
    expect(asked).toEqual(["list", "watch from 10", "watch from 15", "watch from 15", "watch from 15"]);
    expect([times, errors]).toEqual([[0, 0, 0, 180_000, 360_000], []]);
  });

  test("waits for a resource that is not installed yet", async () => {
    const { informer, errors, asked, clock, started } = await follow({
      lists: [new NotFound("no such resource", 404, "NotFound"), [object("a", 1)]],
    });
    await started;
    expect([informer.synced, errors]).toEqual([false, ["NotFound: no such resource"]]);
    await clock.advance(60_000);
    expect([informer.synced, asked]).toEqual([true, ["list", "list", "watch from 20"]]);
  });

  test.each<[string, Script]>([
    ["lists in vain", { lists: [down] }],
    ["watches", { lists: [[]] }],
  ])("asks for nothing more when it is stopped while it %s", async (_, script) => {
    const { started, stop, asked, errors, clock } = await follow(script);
    const before = [...asked, ...errors];
    stop.abort();
    await started;
    await clock.advance(600_000);
    expect([...asked, ...errors]).toEqual(before);
  });
});

describe("what was written is learned", () => {
  test("and not told again, nor anything older", async () => {
    const { informer, changes } = await follow({ lists: [[object("a", 5)]] });
    informer.learn(object("a", 18));
    informer.learn(object("a", 18));
    informer.learn(object("a", 16));
    expect(changes).toEqual(["set a@5", "set a@18"]);
    informer.learn(object("a", 19, "made anew"));
    informer.learn(object("a", 17));
    expect(informer.get({ namespace: "test", name: "a" })).toEqual(object("a", 19, "made anew"));
  });

  test("and kept when an older list comes", async () => {
    const { informer, clock, changes } = await follow({ lists: [[]], watches: [[gone]] });
    informer.learn(object("a", 25));
    await clock.advance(2000);
    expect([informer.list(), changes]).toEqual([[object("a", 25)], ["set a@25"]]);
  });

  test("but not when it was deleted meanwhile", async () => {
    const { informer } = await follow({
      lists: [[object("a", 5)]],
      watches: [
        [
          { type: "MODIFIED", object: object("a", 11) },
          { type: "DELETED", object: object("a", 12) },
        ],
      ],
    });
    informer.learn(object("a", 11));
    expect(informer.list()).toEqual([]);
  });
});
