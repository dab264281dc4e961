import { InvalidSpec } from "../api/errors.ts";
import type { AlertService, AlertTarget } from "./alert.ts";
import { msteams } from "./msteams.ts";
import { slack } from "./slack.ts";
import { alertTarget } from "./target.ts";
import type { TargetOptions } from "./target.ts";

/** The operator's flags on alerts; empty where they are not set. */
export interface GlobalAlertFlags {
  readonly slackUrl: string;
  readonly slackToken: string;
  readonly slackUser: string;
  readonly slackChannel: string;
  readonly slackProxyUrl: string;
  readonly msteamsUrl: string;
  readonly msteamsProxyUrl: string;
}

export type GlobalNotifier =
  | { readonly kind: "on"; readonly service: AlertService; readonly target: AlertTarget }
  /** Nobody is told; `reason` says why, for the log. */
  | { readonly kind: "off"; readonly reason: string };

/** Whom the operator tells of all Canaries that do not name anybody themselves: Teams before Slack. */
export function globalNotifier(flags: GlobalAlertFlags): GlobalNotifier {
  if (flags.msteamsUrl !== "") {
    return notifier(msteams, "-msteams-url", { url: flags.msteamsUrl, proxy: flags.msteamsProxyUrl });
  }
  if (flags.slackUrl === "") return { kind: "off", reason: "neither -slack-url nor -msteams-url is set" };
  if (flags.slackChannel === "") return { kind: "off", reason: "-slack-channel is empty" };
  return notifier(slack, "-slack-url", {
    url: flags.slackUrl,
    token: flags.slackToken,
    username: flags.slackUser,
    channel: flags.slackChannel,
    proxy: flags.slackProxyUrl,
  });
}

/** `flag` is the one that gives the URL. What it cannot be used for does not keep the operator from its work. */
function notifier(service: AlertService, flag: string, options: TargetOptions): GlobalNotifier {
  try {
    return { kind: "on", service, target: alertTarget(options) };
  } catch (error) {
    if (error instanceof InvalidSpec) return { kind: "off", reason: `${flag}: ${error.message}` };
    throw error;
  }
}
