import type { Pod } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import type { Stored } from "../../kubernetes/resources.ts";
import { scrapeTargets } from "./targets.ts";

const pod = (
  annotations: Readonly<Record<string, string>>,
  status: Pod["status"] = { phase: "Running", podIP: "127.10.0.2" },
): Stored<Pod> => ({
  metadata: {
    name: "podinfo-1",
    namespace: "test",
    labels: { app: "podinfo", "app.kubernetes.io/name": "podinfo" },
    annotations,
  },
  spec: { containers: [{ name: "podinfod", ports: [{ containerPort: 9898 }, { containerPort: 9797 }] }] },
  status,
});

const labels = {
  app: "podinfo",
  app_kubernetes_io_name: "podinfo",
  kubernetes_namespace: "test",
  kubernetes_pod_name: "podinfo-1",
};
const scrape = { "prometheus.io/scrape": "true" };

test.each([
  ["is not annotated", {}, undefined, []],
  ["says no", { "prometheus.io/scrape": "false" }, undefined, []],
  ["has no address yet", scrape, { phase: "Pending" }, []],
  ["has ended", scrape, { phase: "Succeeded", podIP: "127.10.0.2" }, []],
  ["names no port", scrape, undefined, [{ targets: ["127.10.0.2:9898"], labels }]],
  ["names a port", { ...scrape, "prometheus.io/port": "9797" }, undefined, [{ targets: ["127.10.0.2:9797"], labels }]],
  [
    "names a path",
    { ...scrape, "prometheus.io/path": "/stats" },
    undefined,
    [{ targets: ["127.10.0.2:9898"], labels: { ...labels, __metrics_path__: "/stats" } }],
  ],
])("a pod that %s", (_, annotations, status, expected) => {
  const reach = ({ status: of }: Stored<Pod>, port: number) => `${of?.podIP ?? ""}:${port}`;
  expect(scrapeTargets([pod(annotations, status)], reach)).toEqual(expected);
});
