import type { Clock } from "../clock.ts";

/** How to reach the API server, and as whom. */
export interface ClusterConfig {
  /** URL without a trailing slash. */
  readonly server: string;
  /** This and the two that follow are PEM. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly insecureSkipVerify: boolean;
  /** The name that the server's certificate must have, where it is not that of the URL. */
  readonly serverName?: string;
  /** The value of the Authorization header, read anew as tokens expire. Rejects with `InvalidConfig`. */
  readonly authorization: () => Promise<string | undefined>;
}

export interface ConfigOptions {
  /** Path of a kubeconfig file; none when empty. */
  readonly kubeconfig?: string;
  /** URL of the API server in place of the one found; none when empty. */
  readonly master?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** The folder in which a pod finds its service account. */
  readonly serviceAccount?: string;
}
