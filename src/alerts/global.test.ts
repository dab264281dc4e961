import { expect, test } from "vitest";
import { globalNotifier } from "./global.ts";
import type { GlobalAlertFlags } from "./global.ts";
import { msteams } from "./msteams.ts";
import { slack } from "./slack.ts";

const unset: GlobalAlertFlags = {
  slackUrl: "",
  slackToken: "",
  slackUser: "flagger",
  slackChannel: "",
  slackProxyUrl: "",
  msteamsUrl: "",
  msteamsProxyUrl: "",
};

test.each([
  ["nobody", {}, { kind: "off", reason: "neither -slack-url nor -msteams-url is set" }],
  ["nobody without a channel", { slackUrl: "https://slack" }, { kind: "off", reason: "-slack-channel is empty" }],
  [
    "Slack",
    { slackUrl: "https://slack", slackChannel: "releases" },
    { kind: "on", service: slack, target: { url: "https://slack", channel: "releases", username: "flagger" } },
  ],
  [
    "Slack by its API, through a proxy",
    {
      slackUrl: "https://slack",
      slackChannel: "releases",
      slackUser: "bot",
      slackToken: "xoxb-1",
      slackProxyUrl: "http://proxy",
    },
    {
      kind: "on",
      service: slack,
      target: { url: "https://slack", channel: "releases", username: "bot", token: "xoxb-1", proxy: "http://proxy" },
    },
  ],
  [
    "nobody where the URL is none",
    { msteamsUrl: "teams", slackUrl: "https://slack", slackChannel: "releases" },
    { kind: "off", reason: "-msteams-url: the address is not an http or https URL" },
  ],
  [
    "nobody where Slack's URL is none",
    { slackUrl: "slack.com/secret", slackChannel: "releases" },
    { kind: "off", reason: "-slack-url: the address is not an http or https URL" },
  ],
  [
    "Teams before Slack",
    {
      slackUrl: "https://slack",
      slackChannel: "releases",
      msteamsUrl: "https://teams",
      msteamsProxyUrl: "http://proxy",
    },
    {
      kind: "on",
      service: msteams,
      target: { url: "https://teams", channel: "general", username: "flagger", proxy: "http://proxy" },
    },
  ],
])("tells %s", (_, flags, notifier) => {
  expect(globalNotifier({ ...unset, ...flags })).toEqual(notifier);
});
