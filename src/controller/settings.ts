import type { GlobalNotifier } from "../alerts/global.ts";
import type { IngressSettings } from "../routing/routers.ts";

/** What the operator's flags say. */
export interface Settings extends IngressSettings {
  /** The provider of Canaries that name none. */
  readonly meshProvider: string;
  /** Prometheus for builtin and inline queries. */
  readonly metricsServer: string;
  /** Only this namespace; all of them when empty. */
  readonly namespace: string;
  readonly selectorLabels: readonly string[];
  readonly includeLabelPrefixes: readonly string[];
  readonly configTracking: boolean;
  readonly intervalFloorMs: number;
  readonly noCrossNamespaceRefs: boolean;
  readonly clusterName: string;
  /** URL that is told of every event; empty for none. */
  readonly eventWebhook: string;
  /** Who is told where a Canary names nobody. */
  readonly notifier: GlobalNotifier;
}
