import { expect, test } from "vitest";
import { discord } from "./discord.ts";
import { slack } from "./slack.ts";
import { failed, started, target } from "./testdata/alerts.ts";

test.each([
  ["https://discord.com/api/webhooks/1/t", "https://discord.com/api/webhooks/1/t/slack"],
  ["https://discord.com/api/webhooks/1/t/", "https://discord.com/api/webhooks/1/t/slack"],
  ["https://discord.com/api/webhooks/1/t/slack", "https://discord.com/api/webhooks/1/t/slack"],
  ["https://discord.com/api/webhooks/1/t?thread_id=2", "https://discord.com/api/webhooks/1/t/slack?thread_id=2"],
])("posts for %s to %s", (url, to) => {
  expect(discord.url({ ...target, url })).toBe(to);
});

test.each([started, failed])("sends what Slack is sent: $text", (alert) => {
  expect(discord.body(alert, target)).toEqual(slack.body(alert, target));
  expect(discord.headers({ ...target, token: "xoxb-1" })).toEqual({});
});
