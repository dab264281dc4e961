import type { AlertService } from "./alert.ts";

/**
 * Microsoft Teams: an incoming webhook that takes message cards. Source: learn.microsoft.com, "Legacy actionable message
 * card reference". A workflow's webhook wants adaptive cards, which this is not.
 */
export const msteams: AlertService = {
  type: "msteams",
  url: ({ url }) => url,
  headers: () => ({}),
  body: ({ source, severity, text, fields }) => ({
    "@type": "MessageCard",
    "@context": "http://schema.org/extensions",
    themeColor: severity === "error" ? "FF0000" : "0076D7",
    summary: source,
    sections: [
      {
        activityTitle: text,
        activitySubtitle: source,
        facts: fields.map(({ title, value }) => ({ name: title, value })),
      },
    ],
  }),
};
