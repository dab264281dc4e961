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

test("follows a redirect to HTTPS as ingresses give it", async () => {
  await using server = await startLoopback(({ path }) =>
    path === "/hook" ? { status: 308, headers: { location: "/secure" } } : {},
  );
  await sendAlert(http, hastyClock(), slack, { ...target, url: `${server.url}/hook` }, started);
  const body = JSON.stringify(slack.body(started, target));
  expect(server.received.at(-1)).toMatchObject({ method: "POST", path: "/secure", body });
});

test.each([
  ["a token that no header can carry", { token: "xoxb\n1" }, "invalid authorization header"],
  ["a proxy that is no URL", { proxy: "me:secret@proxy" }, "the proxy is not an http, https or socks5 URL"],
])("is an error, which shows no secret, with %s", async (_, options, why) => {
  const url = "http://127.0.0.1:1/secret";
  await expect(sendAlert(http, hastyClock(), slack, { ...target, url, ...options }, started)).rejects.toThrow(
    new AlertNotSent(`alert not sent to slack at 127.0.0.1:1: ${why}`),
  );
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
