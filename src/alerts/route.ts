import type { Canary } from "../api/canary.ts";
import type { Severity } from "./alert.ts";

/** Where an alert goes. `key` names it in the record of what was sent: once per run, phase and key. */
export type Destination =
  /** The operator's own notifier. */
  | { readonly kind: "global"; readonly key: "global" }
  /** An AlertProvider; its key is `NAMESPACE/NAME`. */
  | { readonly kind: "provider"; readonly key: string; readonly namespace: string; readonly name: string };

const severities: readonly Severity[] = ["info", "warn", "error"];

/**
 * Where the Canary's alerts of this severity go: to the AlertProviders that it names and that want them, each once, or to
 * the operator's notifier when it names none. An alert without a severity wants all.
 */
export function destinations({ metadata, spec }: Canary, severity: Severity): readonly Destination[] {
  const { alerts = [] } = spec.analysis;
  if (alerts.length === 0) return [{ kind: "global", key: "global" }];
  const rank = severities.indexOf(severity);
  const wanted = alerts
    .filter(({ severity: least = "" }) => severities.indexOf(least === "" ? "info" : least) <= rank)
    .map(({ providerRef: { name, namespace = "" } }): Destination => {
      const where = namespace === "" ? (metadata.namespace ?? "") : namespace;
      return { kind: "provider", key: `${where}/${name}`, namespace: where, name };
    });
  return [...new Map(wanted.map((destination) => [destination.key, destination])).values()];
}
