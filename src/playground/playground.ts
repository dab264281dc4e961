import { mkdtemp, open, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fastify } from "fastify";
import { crdsYaml } from "../api/crds.ts";
import { systemClock } from "../clock.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { createClient } from "../kubernetes/http-client.ts";
import { configMaps, secrets } from "../kubernetes/resources.ts";
import type { Transport } from "../kubernetes/transport.ts";
import { NotFound } from "../kubernetes/errors.ts";
import { createApiServer } from "../simulator/apiserver.ts";
import { controllerManager, runControllers } from "../simulator/controllers/controllers.ts";
import { audited } from "../simulator/rest/audit.ts";
import { serveHttp } from "../simulator/rest/http.ts";
import { kubeconfigFor } from "../simulator/rest/kubeconfig.ts";
import type { PodLogs } from "../simulator/rest/log.ts";
import { followCluster, httpRoutes, workloadOf } from "./cluster.ts";
import { meshDefinitions } from "./definitions.ts";
import { createMetrics } from "./gateway/metrics.ts";
import { createProxy } from "./gateway/proxy.ts";
import { compileServices } from "./gateway/services.ts";
import { routeStatus } from "./gateway/status.ts";
import { createImages } from "./images/images.ts";
import { createObjects, readManifests } from "./load-objects.ts";
import { createPodProcesses } from "./pods/pod-processes.ts";
import type { PodProcesses } from "./pods/pod-processes.ts";
import { familyOf, listProcesses } from "./pods/process-table.ts";
import { startReaper } from "./pods/reaper.ts";
import { findPrometheus, startPrometheus } from "./prometheus/prometheus.ts";
import { scrapeTargets } from "./prometheus/targets.ts";
import { sampleUsage } from "./usage.ts";
import { timestamp } from "../timestamp.ts";

export interface PlaygroundOptions {
  /** Images of the user, each `repository=command`. */
  readonly images: readonly string[];
  /** Port of the API on 127.0.0.1; 0 for any free one. */
  readonly apiPort: number;
  /** Port of the gateway on 127.0.0.1; 0 for any free one. */
  readonly gatewayPort: number;
  /** Port of Prometheus on 127.0.0.1; 0 for any free one. */
  readonly prometheusPort: number;
  /** File in which requests to the API from other processes are written down; empty for none. */
  readonly auditLogPath: string;
  /** Told of what goes wrong and is tried again. */
  readonly onError: (error: unknown) => void;
}

/** A cluster in this process, with real processes for pods. */
export interface Playground extends AsyncDisposable {
  readonly transport: Transport;
  readonly client: KubeClient;
  /** Path of a kubeconfig file for kubectl and Helm. */
  readonly kubeconfig: string;
  /** URLs, without a slash at the end. */
  readonly api: string;
  readonly gateway: string;
  readonly prometheus: string;
  /** What its parts have used of this machine. */
  usage(): Promise<PlaygroundUsage>;
}

/** CPU time since the start, memory now. */
export interface Used {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

export interface PlaygroundUsage {
  /** API server, controllers, gateway and operator. */
  readonly process: Used;
  /** Those that run now. */
  readonly pods: Used;
  readonly prometheus: Used;
}

const controllerName = "headgate.dev/playground";

/**
 * Starts the API server, the controllers, the gateway and Prometheus, all on 127.0.0.1. Disposing of it ends them and all
 * pods.
 * @throws NoPrometheus
 */
export async function startPlayground(options: PlaygroundOptions): Promise<Playground> {
  const { onError } = options;
  const clock = systemClock;
  const program = findPrometheus();
  const folder = await mkdtemp(join(tmpdir(), "headgate-playground-"));
  const stop = new AbortController();
  await using started = new AsyncDisposableStack();
  // Also when this process is killed, neither the folder nor Prometheus stays.
  const reaper = startReaper(folder);
  started.defer(() => reaper.close());

  // What is made later is asked for first when there are pods.
  const server = createApiServer({ clock, logs: logsOf(() => processes) });
  const client = createClient(server.transport, clock, { qps: 10_000, burst: 10_000 });
  await createObjects(client, [...readManifests(crdsYaml()), ...meshDefinitions], "");

  const metrics = createMetrics();
  const proxy = createProxy({
    clock,
    random: Math.random,
    observe: (request) => {
      metrics.observe(request);
    },
    reach: ({ namespace, pod: name, address, port }) => {
      if (name === undefined) return { host: address, port, workload: "unknown" };
      const pod = cluster.pod(namespace, name);
      return pod && { ...processes.resolve(address, port), workload: workloadOf(pod) };
    },
  });
  started.defer(() => proxy.close());
  const gateway = `http://127.0.0.1:${await proxy.listen(options.gatewayPort)}`;

  let served = server.transport;
  if (options.auditLogPath !== "") {
    const file = (await open(options.auditLogPath, "a")).createWriteStream();
    started.defer(() => void file.end());
    served = audited(served, clock, (event) => file.write(`${JSON.stringify(event)}\n`));
  }
  const front = await serveHttp(served, { port: options.apiPort });
  started.use(front);
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigFor(front.url, "headgate-playground"));

  const read = async <T>(object: Promise<T>): Promise<T | undefined> =>
    object.catch((error: unknown) => {
      if (error instanceof NotFound) return undefined;
      throw error;
    });
  const processes = await createPodProcesses({
    clock,
    images: createImages(options.images),
    configs: {
      configMap: (namespace, name) => read(client.get(configMaps, { namespace, name })),
      secret: (namespace, name) => read(client.get(secrets, { namespace, name })),
    },
    folder: process.cwd(),
    path: process.env["PATH"] ?? "",
    proxy: gateway,
    // in the place of a service account
    variables: { KUBECONFIG: kubeconfig },
  });
  started.use(processes);
  started.defer(() => {
    stop.abort(new Error("the playground ends"));
  });

  const samples = sampleUsage(() => processes.usage(), { clock, everyMs: 2000, signal: stop.signal, onError });
  await runControllers(
    {
      client: server.direct(controllerManager),
      clock,
      runtime: processes,
      usage: (namespace, pod) => samples.of(namespace, pod),
      onError,
    },
    stop.signal,
  );

  const cluster = await followCluster(client, clock, stop.signal, onError);
  const route = (): void => {
    const objects = cluster.routing();
    proxy.update(objects);
    const parents = { gateways: objects.gateways, services: compileServices(objects) };
    const now = timestamp(clock.now());
    for (const object of objects.httpRoutes) {
      const status = routeStatus(object, parents, { controllerName, now });
      if (JSON.stringify(status) === JSON.stringify(object.status)) continue;
      client.replace(httpRoutes, { ...object, status }, { subresource: "status" }).catch(onError);
    }
  };
  cluster.onRouting(route);
  route();

  const web = fastify({ forceCloseConnections: true });
  const reach = (pod: Parameters<typeof workloadOf>[0], port: number): string => {
    const at = processes.resolve(pod.status?.podIP ?? "", port);
    return `${at.host}:${at.port}`;
  };
  web.get("/targets", () => scrapeTargets(cluster.pods(), reach));
  web.get("/metrics", async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  const pages = await web.listen({ port: 0, host: "127.0.0.1" });
  started.defer(() => web.close());

  const prometheus = await startPrometheus({
    program,
    folder: join(folder, "prometheus"),
    port: options.prometheusPort,
    discovery: `${pages}/targets`,
    others: [new URL(pages).host],
    everySeconds: 1,
  });
  reaper.add(prometheus.pid);
  started.defer(async () => {
    await prometheus.stop();
    reaper.remove(prometheus.pid);
  });

  const running = started.move();
  return {
    transport: server.transport,
    client,
    kubeconfig,
    api: front.url,
    gateway,
    prometheus: prometheus.url,
    usage: async () => {
      const rows = await listProcesses();
      const { user, system } = process.cpuUsage();
      return {
        process: { cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() },
        pods: sumOf(await processes.usage()),
        prometheus: sumOf(familyOf(rows, prometheus.pid)),
      };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function sumOf(parts: readonly Used[]): Used {
  const sum = (of: keyof Used): number => parts.reduce((total, part) => total + part[of], 0);
  return { cpuSeconds: sum("cpuSeconds"), rssBytes: sum("rssBytes") };
}

/** What containers have written, from the processes once there are any. */
function logsOf(processes: () => PodProcesses): PodLogs {
  return async function* ({ pod, container, follow, previous, timestamps, tailLines, since, limitBytes, signal }) {
    const { namespace = "", name } = pod.metadata;
    const options = {
      follow,
      previous,
      timestamps,
      ...(tailLines !== undefined && { tailLines }),
      ...(since !== undefined && { since }),
    };
    let left = limitBytes ?? Infinity;
    for await (const line of processes().logs({ namespace, pod: name, container }, options, signal) ?? []) {
      const bytes = Buffer.from(line).subarray(0, left);
      left -= bytes.length;
      yield bytes;
      if (left <= 0) return;
    }
  };
}
