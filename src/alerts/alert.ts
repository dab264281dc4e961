/** How bad it is, from good to worst. */
export type Severity = "info" | "warn" | "error";

/** What Headgate has to say about one Canary, before any chat service's format. */
export interface Alert {
  /** `NAME.NAMESPACE` of the Canary: the message's author. */
  readonly source: string;
  readonly severity: Severity;
  readonly text: string;
  /** Titled facts, shown below the text in this order. */
  readonly fields: readonly { readonly title: string; readonly value: string }[];
}

/** Where a chat service is and how to speak to it. */
export interface AlertTarget {
  /** Webhook or API URL. */
  readonly url: string;
  readonly channel: string;
  readonly username: string;
  /** Bearer token, for services that take one. */
  readonly token?: string;
  /** URL of an HTTP proxy. */
  readonly proxy?: string;
}

/** A chat service: turns an alert into the JSON body that its endpoint takes. */
export interface AlertService {
  /** The AlertProvider type, e.g. `slack`. */
  readonly type: string;
  /** The URL to post to, derived from the target's. */
  url(target: AlertTarget): string;
  headers(target: AlertTarget): Readonly<Record<string, string>>;
  body(alert: Alert, target: AlertTarget): unknown;
}
