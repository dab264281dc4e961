import { expect, test } from "vitest";
import { createHttp } from "../http.ts";
import { receiveSlack } from "./slack.ts";

test("takes a message as it is", async () => {
  const received: string[] = [];
  const slack = await receiveSlack((body) => received.push(body));
  const send = createHttp();
  const body = '{"channel":"general", "attachments":[]}';
  const headers = { "content-type": "application/json" };
  const answer = await send({ method: "POST", url: slack.url, headers, body, timeoutMs: 5000 });
  await slack.close();
  expect([answer.status, answer.body, received]).toEqual([200, "ok", [body]]);
});
