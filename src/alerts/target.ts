import type { AlertProvider } from "../api/alertprovider.ts";
import { InvalidSpec } from "../api/errors.ts";
import { isHttpUrl } from "../http.ts";
import type { AlertTarget } from "./alert.ts";

/** What is known of a target: empty or undefined where it is not set. */
export interface TargetOptions {
  readonly url: string;
  readonly channel?: string | undefined;
  readonly username?: string | undefined;
  readonly token?: string | undefined;
  readonly proxy?: string | undefined;
}

/**
 * A target with Flagger's defaults for channel and username.
 * @throws InvalidSpec when the URL is not one of http or https. The message does not show it: it may be a secret.
 */
export function alertTarget({ url, channel = "", username = "", token = "", proxy = "" }: TargetOptions): AlertTarget {
  if (url !== "" && !isHttpUrl(url)) throw new InvalidSpec("the address is not an http or https URL");
  return {
    url,
    channel: channel === "" ? "general" : channel,
    username: username === "" ? "flagger" : username,
    ...(token !== "" && { token }),
    ...(proxy !== "" && { proxy }),
  };
}

/**
 * Where an AlertProvider's service is. `secret` holds the decoded values of the Secret that it refers to, of which
 * `address` goes before its own address.
 * @throws InvalidSpec when the Secret has no key `address`, or the address is not an http or https URL
 */
export function targetOf(
  { metadata, spec }: AlertProvider,
  secret: Readonly<Record<string, string>> = {},
): AlertTarget {
  const provider = `alert provider ${metadata.name}.${metadata.namespace ?? ""}`;
  const { secretRef, address = "", ...options } = spec;
  const url = secretRef === undefined ? address : secret["address"];
  if (url === undefined) {
    throw new InvalidSpec(`${provider}: secret ${secretRef?.name ?? ""} has no key "address", add it with the URL`);
  }
  try {
    return alertTarget({ ...options, url: url.trim(), token: secret["token"]?.trim() });
  } catch (cause) {
    throw new InvalidSpec(`${provider}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
