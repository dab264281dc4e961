import { expect, test } from "vitest";
import { msteams } from "./msteams.ts";
import { failed, started, target } from "./testdata/alerts.ts";

test.each([
  [
    started,
    '{"@type":"MessageCard","@context":"http://schema.org/extensions","themeColor":"0076D7","summary":"podinfo.test",' +
      '"sections":[{"activityTitle":"New revision detected, progressing canary analysis.","activitySubtitle":"podinfo.test",' +
      '"facts":[{"name":"Target","value":"Deployment/podinfo.test"},{"name":"Traffic routing","value":"Blue/Green"}]}]}',
  ],
  [
    failed,
    '{"@type":"MessageCard","@context":"http://schema.org/extensions","themeColor":"FF0000","summary":"podinfo.test",' +
      '"sections":[{"activityTitle":"Rolling back podinfo.test: \\"1 < 2\\" & more","activitySubtitle":"podinfo.test",' +
      '"facts":[]}]}',
  ],
])("sends $severity", (alert, body) => {
  expect(JSON.stringify(msteams.body(alert, target))).toBe(body);
  expect(msteams.url(target)).toBe(target.url);
});
