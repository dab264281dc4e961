import type { AlertService } from "./alert.ts";
import { slack } from "./slack.ts";

/**
 * Discord: a webhook, which takes Slack's messages at its subpath `/slack`. Source: discord.com/developers/docs,
 * "Execute Slack-Compatible Webhook".
 */
export const discord: AlertService = {
  type: "discord",
  url: (target) => {
    const url = new URL(target.url);
    if (!url.pathname.endsWith("/slack")) url.pathname = `${url.pathname.replace(/\/$/, "")}/slack`;
    return url.toString();
  },
  headers: () => ({}),
  body: (alert, target) => slack.body(alert, target),
};
