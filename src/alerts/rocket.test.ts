import { expect, test } from "vitest";
import { rocket } from "./rocket.ts";
import { failed, started, target } from "./testdata/alerts.ts";

test.each([
  [
    started,
    '{"channel":"general","username":"flagger","icon_url":"","icon_emoji":":rocket:","attachments":[{"color":"#0076D7",' +
      '"author_name":"podinfo.test","text":"New revision detected, progressing canary analysis.","mrkdwn_in":["text"],' +
      '"fields":[{"title":"Target","value":"Deployment/podinfo.test","short":false},' +
      '{"title":"Traffic routing","value":"Blue/Green","short":false}]}]}',
  ],
  [
    failed,
    '{"channel":"general","username":"flagger","icon_url":"","icon_emoji":":rocket:","attachments":[{"color":"#FF0000",' +
      '"author_name":"podinfo.test","text":"Rolling back podinfo.test: \\"1 < 2\\" & more","mrkdwn_in":["text"],"fields":[]}]}',
  ],
])("sends $severity", (alert, body) => {
  expect(JSON.stringify(rocket.body(alert, target))).toBe(body);
  expect(rocket.url(target)).toBe(target.url);
});
