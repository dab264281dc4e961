import { expect, test } from "vitest";
import { gchat } from "./gchat.ts";
import { failed, started, target } from "./testdata/alerts.ts";

const head =
  '{"cards":[{"header":{"title":"Flagger","subtitle":"podinfo.test","imageUrl":"https://flagger.app/favicon.png"},"sections":[';

test.each([
  [
    started,
    `${head}{"widgets":[{"textParagraph":{"text":"<font color=#848484><strong>New revision detected, progressing canary analysis.</strong></font>"}}]},` +
      '{"widgets":[{"textParagraph":{"text":"Target<br><font color=#848484><strong>Deployment/podinfo.test</strong></font>"}}]},' +
      '{"widgets":[{"textParagraph":{"text":"Traffic routing<br><font color=#848484><strong>Blue/Green</strong></font>"}}]}]}]}',
  ],
  [
    failed,
    `${head}{"widgets":[{"textParagraph":{"text":"<font color=#848484><strong>Rolling back podinfo.test: \\"1 &lt; 2\\" &amp; more</strong></font>"}}]}]}]}`,
  ],
])("sends $severity", (alert, body) => {
  expect(JSON.stringify(gchat.body(alert, target))).toBe(body);
  expect(gchat.url(target)).toBe(target.url);
});
