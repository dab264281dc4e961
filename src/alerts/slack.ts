import type { Alert, AlertService, AlertTarget } from "./alert.ts";

/**
 * Slack: an incoming webhook, or with a token the method chat.postMessage. Source: api.slack.com, reference for
 * secondary attachments. Keys stand in the order of Flagger's.
 */
export const slack: AlertService = {
  type: "slack",
  url: ({ url }) => url,
  headers: ({ token = "" }) => (token === "" ? {} : { authorization: `Bearer ${token}` }),
  body: (alert, target) => slackMessage(alert, target, alert.severity === "error" ? "danger" : "good"),
};

/** The message, which other services take too. `color` is good, warning, danger or `#RRGGBB`. */
export function slackMessage(
  { source, text, fields }: Alert,
  { channel, username }: AlertTarget,
  color: string,
): object {
  return {
    channel,
    username,
    icon_url: "",
    icon_emoji: ":rocket:",
    attachments: [
      {
        color,
        author_name: source,
        text,
        mrkdwn_in: ["text"],
        fields: fields.map(({ title, value }) => ({ title, value, short: false })),
      },
    ],
  };
}
