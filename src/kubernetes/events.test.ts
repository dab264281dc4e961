import { describe, expect, test } from "vitest";
import { createApiServer } from "../simulator/apiserver.ts";
import type { Fault } from "../simulator/apiserver.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import { createEventRecorder } from "./events.ts";
import type { EventRecorder } from "./events.ts";
import { createClient } from "./http-client.ts";
import type { KubeObject } from "./objects.ts";
import { events } from "./resources.ts";

const hour = 3_600_000;

function canary(name: string): KubeObject {
  const metadata = { namespace: "default", name, uid: `uid of ${name}`, resourceVersion: "7" };
  return { apiVersion: "flagger.app/v1beta1", kind: "Canary", metadata };
}

/** An API server and an operator that writes events about `podinfo` to it. */
function openScene() {
  const clock = createVirtualClock(Date.parse("2026-01-01T00:00:00Z"));
  const api = createApiServer({ clock });
  const user = createClient(api.transport, clock);
  const errors: string[] = [];
  const requests: string[] = [];
  let fault: (message: string) => Fault | undefined = () => undefined;

  const start = (): EventRecorder => {
    const connection = api.connect(({ method, body = "" }) => {
      requests.push(method);
      return fault(body);
    });
    return createEventRecorder(createClient(connection, clock), clock, (error) => errors.push(String(error)));
  };
  let recorder = start();

  return {
    clock,
    errors,
    /** The methods of all requests so far. */
    requests,
    say: (message: string, about = "podinfo") => {
      recorder.record(canary(about), "Normal", message);
    },
    flush: () => recorder.flush(),
    restart: () => {
      recorder = start();
    },
    /** `wrong` is asked about each write, by its body. */
    break: (wrong: typeof fault) => {
      fault = wrong;
    },
    wait: (ms = 0) => clock.advance(ms),
    /** In the order in which they were written first. */
    written: async () => {
      const { items } = await user.list(events);
      return items.toSorted((a, b) => versionOf(a) - versionOf(b));
    },
    /** The API server forgets all Events. */
    expire: async () => {
      for (const { metadata } of (await user.list(events)).items) await user.delete(events, metadata);
    },
  };
}

function versionOf({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion);
}

type Scene = ReturnType<typeof openScene>;

test("an Event has the fields that Flagger's has", async () => {
  const scene = openScene();
  scene.say("New revision detected! Scaling up podinfo.test");
  await scene.wait();
  const [event] = await scene.written();
  expect({ ...event, metadata: { name: event?.metadata.name, namespace: event?.metadata.namespace } }).toEqual({
    metadata: { namespace: "default", name: "podinfo.9410e8962fd9c0c4" },
    involvedObject: {
      apiVersion: "flagger.app/v1beta1",
      kind: "Canary",
      namespace: "default",
      name: "podinfo",
      uid: "uid of podinfo",
      resourceVersion: "7",
    },
    type: "Normal",
    reason: "Synced",
    message: "New revision detected! Scaling up podinfo.test",
    source: { component: "flagger" },
    reportingComponent: "flagger",
    reportingInstance: "",
    firstTimestamp: "2026-01-01T00:00:00Z",
    lastTimestamp: "2026-01-01T00:00:00Z",
    eventTime: null,
    count: 1,
  });
});

describe("what is said", () => {
  const hang: Fault = { kind: "hang", served: false };
  const rows: readonly [
    string,
    (scene: Scene) => Promise<void>,
    events: string[],
    errors: string[],
    requests: string,
  ][] = [
    [
      "twice is one Event",
      async ({ say, wait }) => {
        say("a");
        await wait(90_000);
        say("a");
      },
      ["a x2 00:00:00 to 00:01:30"],
      [],
      "POST PATCH",
    ],
    [
      "in a burst is counted in order",
      async ({ say }) => {
        for (const text of ["a", "b", "a", "a"]) say(text);
      },
      ["a x3 00:00:00 to 00:00:00", "b x1 00:00:00 to 00:00:00"],
      [],
      "POST POST PATCH PATCH",
    ],
    [
      "by another object is another Event",
      async ({ say }) => {
        say("a");
        say("a", "backend");
      },
      ["a x1 00:00:00 to 00:00:00", "a x1 00:00:00 to 00:00:00"],
      [],
      "POST POST",
    ],
    [
      "in a later run is fresh, as long as the Event is there",
      async ({ say, wait }) => {
        for (let run = 0; run < 4; run++) {
          say("a");
          await wait(0.9 * hour);
        }
      },
      ["a x4 00:00:00 to 02:42:00"],
      [],
      "POST PATCH PATCH PATCH",
    ],
    [
      "after an hour of silence is looked for first",
      async ({ say, wait }) => {
        say("a");
        await wait(hour);
        say("a");
      },
      ["a x2 00:00:00 to 01:00:00"],
      [],
      "POST POST GET PATCH",
    ],
    [
      "after the API server has forgotten it is a new Event",
      async ({ say, wait, expire }) => {
        say("a");
        await wait(60_000);
        await expire();
        say("a");
        await wait(60_000);
        say("a");
      },
      ["a x2 00:01:00 to 00:02:00"],
      [],
      "POST PATCH POST PATCH",
    ],
    [
      "after a restart goes on with the count",
      async ({ say, wait, restart }) => {
        say("a");
        say("a");
        await wait(60_000);
        restart();
        say("a");
        say("a");
      },
      ["a x4 00:00:00 to 00:01:00"],
      [],
      "POST PATCH POST GET PATCH PATCH",
    ],
    [
      "when the API server fails is lost, but not what follows",
      async (scene) => {
        scene.break((body) => (body.includes('"a"') ? { kind: "answer", status: 500 } : undefined));
        for (const text of ["a", "b", "a"]) scene.say(text);
      },
      ["b x1 00:00:00 to 00:00:00"],
      Array<string>(2).fill("ApiError: fault (POST /api/v1/namespaces/default/events)"),
      "POST POST POST",
    ],
    [
      "while a write hangs waits only behind the same object",
      async (scene) => {
        scene.break((body) => (body.includes('"a"') ? hang : undefined));
        scene.say("a");
        scene.say("b");
        scene.say("c", "backend");
        await scene.wait(29_000);
        expect((await scene.written()).map(({ message }) => message)).toEqual(["c"]);
        await scene.wait(1000);
      },
      ["b x1 00:00:00 to 00:00:00", "c x1 00:00:00 to 00:00:00"],
      ["Unreachable: API server: no answer to POST /api/v1/namespaces/default/events within 30 s"],
      "POST POST POST",
    ],
  ];

  test.each(rows)("%s", async (_, act, expected, errors, requests) => {
    const scene = openScene();
    await act(scene);
    await scene.wait();
    const time = (stamp = ""): string => stamp.slice(11, -1);
    const lines = (await scene.written()).map(
      ({ message = "", count = 0, firstTimestamp, lastTimestamp }) =>
        `${message} x${count} ${time(firstTimestamp)} to ${time(lastTimestamp)}`,
    );
    expect([lines.sort(), scene.errors, scene.requests.join(" ")]).toEqual([expected, errors, requests]);
  });

  test("in twelve ways is twelve Events", async () => {
    const { say, wait, written } = openScene();
    const texts = Array.from({ length: 12 }, (_, index) => `Advance podinfo.test canary weight ${5 * index}`);
    texts.forEach((text) => {
      say(text);
    });
    await wait();
    expect((await written()).map(({ message, count }) => [message, count])).toEqual(texts.map((text) => [text, 1]));
  });
});

test.each([
  ["fits", "x".repeat(1024), "x".repeat(1024)],
  ["is too long", "x".repeat(1025), "x".repeat(1024)],
  ["would be cut in the middle of a character", `${"x".repeat(1021)}🐤`, "x".repeat(1021)],
  ["is all long characters", "é".repeat(600), "é".repeat(512)],
  ["ends with a character that cannot be shown", `${"x".repeat(1020)}\uFFFDx\uFFFD`, `${"x".repeat(1020)}\uFFFDx`],
])("a text that %s", async (_, text, written) => {
  const scene = openScene();
  scene.say(text);
  await scene.wait();
  expect((await scene.written()).map(({ message }) => message)).toEqual([written]);
});

test.each([
  ["of 253 characters", "a".repeat(253), /^a{236}\.[0-9a-f]{16}$/],
  ["with a dot where it is cut", `${"a".repeat(235)}.${"b".repeat(17)}`, /^a{235}\.[0-9a-f]{16}$/],
  ["with a dot and a dash there", `${"a".repeat(234)}.-${"b".repeat(17)}`, /^a{234}\.[0-9a-f]{16}$/],
])("a name %s makes a valid name", async (_, name, expected) => {
  const scene = openScene();
  scene.say("a", name);
  await scene.wait();
  const [event] = await scene.written();
  expect(event?.metadata.name).toMatch(expected);
  expect(event?.involvedObject.name).toBe(name);
});

describe("flush", () => {
  test("waits until all is written", async () => {
    const scene = openScene();
    scene.say("a");
    scene.say("b");
    await scene.flush();
    expect(await scene.written()).toHaveLength(2);
  });

  test("does not wait for what hangs", async () => {
    const scene = openScene();
    scene.break(() => ({ kind: "hang", served: false }));
    scene.say("a");
    const flushed = scene.flush().then(() => scene.clock.now());
    await scene.wait(10_000);
    expect(await flushed).toBe(Date.parse("2026-01-01T00:00:05Z"));
    expect(scene.errors).toEqual(["Unreachable: events were not written in time"]);
  });
});
