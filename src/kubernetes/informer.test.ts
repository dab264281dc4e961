import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { KubeClient, WatchEvent } from "./client.ts";
import { ApiError, Gone, NotFound } from "./errors.ts";
import { createInformer } from "./informer.ts";
import type { KubeObject } from "./objects.ts";
import { configMaps } from "./resources.ts";

const object = (name: string, version: number, uid = name): KubeObject => ({
  metadata: { namespace: "test", name, uid, resourceVersion: String(version) },
});

interface Script {
  /** What each list answers, one after another; the last one again and again. */
  readonly lists: readonly (readonly KubeObject[] | Error)[];
  /** What each watch tells before it ends, or fails with; watches beyond the last stay open. */
  readonly watches?: readonly (readonly WatchEvent<KubeObject>[] | Error)[];
}

/** An API server that follows a script, and says from where each watch began. */
function scripted({ lists, watches = [] }: Script): { client: KubeClient; asked: string[] } {
  const asked: string[] = [];
  let [listed, watched] = [0, 0];
  const unused = (): never => {
    throw new Error("not part of the script");
  };
  const client = {
    ...{ get: unused, create: unused, replace: unused, patch: unused, delete: unused },
    list: () => {
      asked.push("list");
      const answer = lists[Math.min(listed++, lists.length - 1)] ?? [];
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({ items: answer, resourceVersion: String(listed * 10) });
    },
    async *watch(_: unknown, { from, signal }: { readonly from: string; readonly signal: AbortSignal }) {
      asked.push(`watch from ${from}`);
      const events = watches[watched++];
      if (events instanceof Error) throw events;
      if (events !== undefined) {
        yield* events;
        return;
      }
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("aborted"));
        });
      });
    },
  } as KubeClient;
  return { client, asked };
}

async function follow(script: Script, ms = 0) {
  const clock = createVirtualClock();
  const { client, asked } = scripted(script);
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
  void informer.start(stop.signal);
  await clock.advance(ms);
  return { informer, changes, asked, errors, clock, stop };
}

describe("an informer", () => {
  test("lists, then watches from there", async () => {
    const { informer, changes, asked, stop } = await follow({
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
    stop.abort();
  });

  test("lists again when its place is gone, and tells only what differs", async () => {
    const { changes, asked, stop } = await follow({
      lists: [
        [object("a", 1), object("b", 2)],
        [object("b", 2), object("c", 3)],
      ],
      watches: [new Gone("too old", 410, "Expired")],
    });
    expect(changes).toEqual(["set a@1", "set b@2", "deleted a@1", "set c@3"]);
    expect(asked).toEqual(["list", "watch from 10", "list", "watch from 20"]);
    stop.abort();
  });

  test("goes on from where it was after a failure, and keeps what it knows", async () => {
    const { informer, asked, errors, stop } = await follow(
      { lists: [[object("a", 1)]], watches: [new ApiError("down", 500, "InternalError")] },
      2000,
    );
    expect([asked, errors]).toEqual([["list", "watch from 10", "watch from 10"], ["ApiError: down"]]);
    expect(informer.list()).toHaveLength(1);
    stop.abort();
  });

  test("waits for a resource that is not installed yet", async () => {
    const { informer, errors, asked, clock, stop } = await follow({
      lists: [new NotFound("no such resource", 404, "NotFound"), [object("a", 1)]],
    });
    expect([informer.synced, errors]).toEqual([false, ["NotFound: no such resource"]]);
    await clock.advance(60_000);
    expect([informer.synced, asked]).toEqual([true, ["list", "list", "watch from 20"]]);
    stop.abort();
  });

  test("learns what was written, and is not told it again, nor anything older", async () => {
    const { informer, changes, stop } = await follow({ lists: [[object("a", 5)]] });
    informer.learn(object("a", 8));
    informer.learn(object("a", 8));
    informer.learn(object("a", 6));
    expect(changes).toEqual(["set a@5", "set a@8"]);
    informer.learn(object("a", 7, "made anew"));
    expect(informer.get({ namespace: "test", name: "a" })?.metadata.uid).toBe("made anew");
    stop.abort();
  });
});
