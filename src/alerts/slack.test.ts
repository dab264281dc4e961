import { expect, test } from "vitest";
import type { Canary } from "../api/canary.ts";
import type { Severity } from "./alert.ts";
import { alertFields } from "./fields.ts";
import { slack } from "./slack.ts";
import { target } from "./testdata/alerts.ts";

const canary: Canary = {
  metadata: { name: "podinfo", namespace: "test" },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
    progressDeadlineSeconds: 60,
    analysis: { interval: "10s", threshold: 2, iterations: 5 },
  },
};

const head = '{"channel":"general","username":"flagger","icon_url":"","icon_emoji":":rocket:","attachments":[';
const facts =
  '{"title":"Target","value":"Deployment/podinfo.test","short":false},' +
  '{"title":"Failed checks threshold","value":"2","short":false},' +
  '{"title":"Progress deadline","value":"60s","short":false},' +
  '{"title":"Traffic routing","value":"Blue/Green","short":false}';

// What Flagger 1.44 sent to Slack for one release that was promoted and one that was rolled back.
test.each<[Severity, boolean, string, string]>([
  [
    "info",
    true,
    "New Deployment detected, initialization completed.",
    `${head}{"color":"good","author_name":"podinfo.test","text":"New Deployment detected, initialization completed.","mrkdwn_in":["text"],"fields":[${facts}]}]}`,
  ],
  [
    "info",
    true,
    "New revision detected, progressing canary analysis.",
    `${head}{"color":"good","author_name":"podinfo.test","text":"New revision detected, progressing canary analysis.","mrkdwn_in":["text"],"fields":[${facts}]}]}`,
  ],
  [
    "info",
    false,
    "Canary analysis completed successfully, promotion finished.",
    `${head}{"color":"good","author_name":"podinfo.test","text":"Canary analysis completed successfully, promotion finished.","mrkdwn_in":["text"],"fields":[]}]}`,
  ],
  [
    "error",
    false,
    "Failed checks threshold reached 2",
    `${head}{"color":"danger","author_name":"podinfo.test","text":"Failed checks threshold reached 2","mrkdwn_in":["text"],"fields":[]}]}`,
  ],
  [
    "warn",
    false,
    "Canary promotion is waiting for approval.",
    `${head}{"color":"good","author_name":"podinfo.test","text":"Canary promotion is waiting for approval.","mrkdwn_in":["text"],"fields":[]}]}`,
  ],
])("%s with facts %j: %s", (severity, withFacts, text, body) => {
  const fields = alertFields(canary, { clusterName: "", facts: withFacts });
  expect(JSON.stringify(slack.body({ source: "podinfo.test", severity, text, fields }, target))).toBe(body);
});

test("posts to the URL as it is, with the token if there is one", () => {
  expect(slack.url(target)).toBe("https://chat.example.com/hooks/a?b=c");
  expect(slack.headers(target)).toEqual({});
  expect(slack.headers({ ...target, token: "xoxb-1" })).toEqual({ authorization: "Bearer xoxb-1" });
});
