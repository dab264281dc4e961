import type { AlertService } from "./alert.ts";

/** Google Chat: an incoming webhook that takes cards. Source: developers.google.com/workspace/chat, "Cards v1". */
export const gchat: AlertService = {
  type: "gchat",
  url: ({ url }) => url,
  headers: () => ({}),
  body: ({ source, text, fields }) => ({
    cards: [
      {
        header: { title: "Flagger", subtitle: source, imageUrl: "https://flagger.app/favicon.png" },
        sections: [bold(text), ...fields.map(({ title, value }) => `${escape(title)}<br>${bold(value)}`)].map(
          (html) => ({
            widgets: [{ textParagraph: { text: html } }],
          }),
        ),
      },
    ],
  }),
};

function bold(text: string): string {
  return `<font color=#848484><strong>${escape(text)}</strong></font>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
