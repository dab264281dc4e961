import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";

/** What Prometheus scrapes, in the form of its HTTP service discovery. */
export interface ScrapeTarget {
  /** Each `HOST:PORT`. */
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Where a port of a pod really is, as `HOST:PORT`. */
export type Reach = (pod: Stored<Pod>, port: number) => string;

const prefix = "prometheus.io/";

/**
 * The pods annotated with `prometheus.io/scrape: "true"`, with the labels that the Prometheus of the chart gives to pods
 * that it discovers itself: those of the pod, and the two that the built-in checks select by.
 */
export function scrapeTargets(pods: readonly Stored<Pod>[], reach: Reach): readonly ScrapeTarget[] {
  return pods.filter(isScraped).map((pod) => {
    const { namespace = "", name, labels = {}, annotations = {} } = pod.metadata;
    const path = annotations[`${prefix}path`];
    const ofPod = Object.entries(labels).map(
      ([label, value]) => [label.replaceAll(/[^a-zA-Z0-9_]/g, "_"), value] as const,
    );
    return {
      targets: [reach(pod, portOf(pod))],
      labels: {
        ...Object.fromEntries(ofPod),
        kubernetes_namespace: namespace,
        kubernetes_pod_name: name,
        ...(path !== undefined && { __metrics_path__: path }),
      },
    };
  });
}

function isScraped({ metadata, status }: Stored<Pod>): boolean {
  return (
    metadata.annotations?.[`${prefix}scrape`] === "true" && status?.phase === "Running" && status.podIP !== undefined
  );
}

/** The annotated port, else the first of the containers'. */
function portOf({ metadata, spec }: Stored<Pod>): number {
  const annotated = Number(metadata.annotations?.[`${prefix}port`]);
  if (Number.isInteger(annotated) && annotated > 0) return annotated;
  return spec?.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort ?? 80;
}
