import type { AlertService } from "./alert.ts";
import { slackMessage } from "./slack.ts";

/** Rocket.Chat: an incoming webhook, which takes Slack's messages. Source: docs.rocket.chat, "Integrations". */
export const rocket: AlertService = {
  type: "rocket",
  url: ({ url }) => url,
  headers: () => ({}),
  body: (alert, target) => slackMessage(alert, target, alert.severity === "error" ? "#FF0000" : "#0076D7"),
};
