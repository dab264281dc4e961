import type { Alert, AlertTarget } from "../alert.ts";

/** Alerts as every service is given them in tests, the last with all that may go wrong in HTML and JSON. */
export const started: Alert = {
  source: "podinfo.test",
  severity: "info",
  text: "New revision detected, progressing canary analysis.",
  fields: [
    { title: "Target", value: "Deployment/podinfo.test" },
    { title: "Traffic routing", value: "Blue/Green" },
  ],
};

export const failed: Alert = {
  source: "podinfo.test",
  severity: "error",
  text: 'Rolling back podinfo.test: "1 < 2" & more',
  fields: [],
};

export const target: AlertTarget = {
  url: "https://chat.example.com/hooks/a?b=c",
  channel: "general",
  username: "flagger",
};
