import { expect, test } from "vitest";
import { createHttp, Unreachable } from "../http.ts";
import { hastyClock } from "../testing/hasty-clock.ts";
import { startLoopback } from "../testing/loopback.ts";
import { AlertNotSent, sendAlert } from "./send.ts";
import { slack } from "./slack.ts";
import { started, target } from "./testdata/alerts.ts";

const http = createHttp();

test("posts the service's message as JSON", async () => {
  await using server = await startLoopback(() => ({ body: "ok" }));
  const there = { ...target, url: `${server.url}/hook`, token: "xoxb-1" };
  await sendAlert(http, hastyClock(), slack, there, started);
  expect(server.received).toMatchObject([
    {
      method: "POST",
      path: "/hook",
      headers: { "content-type": "application/json", authorization: "Bearer xoxb-1" },
      body: JSON.stringify(slack.body(started, there)),
    },
  ]);
});

test("sends nothing without a URL", async () => {
  const nobody = () => Promise.reject(new Error("asked"));
  await expect(sendAlert(nobody, hastyClock(), slack, { ...target, url: "" }, started)).resolves.toBeUndefined();
});

test("goes through the target's proxy, for 5 seconds at most", async () => {
  const sent: unknown[] = [];
  const note = (request: unknown) => {
    sent.push(request);
    return Promise.resolve({ status: 204, headers: {}, body: "" });
  };
  await sendAlert(note, hastyClock(), slack, { ...target, proxy: "http://proxy:3128" }, started);
  expect(sent).toMatchObject([{ proxy: "http://proxy:3128", timeoutMs: 5000 }]);
});

test.each([
  [500, 3, [1000, 2000]],
  [503, 3, [1000, 2000]],
  [429, 3, [1000, 2000]],
  [400, 1, []],
  [302, 1, []],
])("a status of %d is an error after %d tries", async (status, tries, delays) => {
  await using server = await startLoopback(() => ({ status, body: "invalid_payload" }));
  const clock = hastyClock();
  const url = `${server.url}/services/secret`;
  await expect(sendAlert(http, clock, slack, { ...target, url }, started)).rejects.toThrow(
    new AlertNotSent(`alert not sent to slack at ${new URL(url).host}: status ${status}: invalid_payload`),
  );
  expect([server.received.length, clock.delays]).toEqual([tries, delays]);
});

test("tries again where nobody answers, and does not show the URL", async () => {
  const never = () => Promise.reject(new Unreachable("POST https://secret: no", { cause: new Error("no") }));
  const clock = hastyClock();
  await expect(sendAlert(never, clock, slack, target, started)).rejects.toThrow(
    new AlertNotSent("alert not sent to slack at chat.example.com: no"),
  );
  expect(clock.delays).toEqual([1000, 2000]);
});

test("stops at the first success", async () => {
  await using server = await startLoopback((_, index) => ({ status: index === 0 ? 503 : 200 }));
  await sendAlert(http, hastyClock(), slack, { ...target, url: server.url }, started);
  expect(server.received).toHaveLength(2);
});
