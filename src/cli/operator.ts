import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Command } from "commander";
import { globalNotifier } from "../alerts/global.ts";
import { systemClock } from "../clock.ts";
import { createCluster } from "../controller/cluster.ts";
import { runController } from "../controller/controller.ts";
import type { Settings } from "../controller/settings.ts";
import { createTelemetry } from "../controller/telemetry.ts";
import { createHttp } from "../http.ts";
import { loadConfig } from "../kubernetes/config.ts";
import { createEventRecorder } from "../kubernetes/events.ts";
import { createClient } from "../kubernetes/http-client.ts";
import { lead } from "../kubernetes/lease.ts";
import { createTransport } from "../kubernetes/transport.ts";
import { createLog } from "../log.ts";
import { createServer } from "../server/server.ts";
import { bool, duration, list, port } from "./flags.ts";
import { version } from "./version.ts";

interface Flags {
  readonly kubeconfig: string;
  readonly master: string;
  readonly meshProvider: string;
  readonly metricsServer: string;
  readonly namespace: string;
  readonly selectorLabels: readonly string[];
  readonly includeLabelPrefix: readonly string[];
  readonly enableConfigTracking: boolean;
  readonly analysisIntervalFloor: number;
  readonly forbidCrossNamespaceRefs: boolean;
  readonly clusterName: string;
  readonly eventWebhook: string;
  readonly slackUrl: string;
  readonly slackToken: string;
  readonly slackProxyUrl: string;
  readonly slackUser: string;
  readonly slackChannel: string;
  readonly msteamsUrl: string;
  readonly msteamsProxyUrl: string;
  readonly enableLeaderElection: boolean;
  readonly leaderElectionNamespace: string;
  readonly logLevel: string;
  readonly port: number;
}

/** `headgate operator`: takes Flagger's flags. */
export function operatorCommand(): Command {
  return new Command("operator")
    .description("Release the workloads of the cluster's Canaries")
    .option("--kubeconfig <file>", "kubeconfig file; the pod's service account when empty", "")
    .option("--master <url>", "URL of the API server, in place of the kubeconfig's", "")
    .option("--mesh-provider <name>", "mesh or ingress of Canaries that name none", "istio")
    .option("--metrics-server <url>", "Prometheus for builtin and inline queries", "http://prometheus:9090")
    .option("--namespace <name>", "watch only this namespace", "")
    .option("--selector-labels <list>", "labels that tell pods apart, by priority", list, [
      "app",
      "name",
      "app.kubernetes.io/name",
    ])
    .option("--include-label-prefix <list>", "prefixes of labels and annotations to copy; * for all", list, [])
    .option("--enable-config-tracking [bool]", "release changes of ConfigMaps and Secrets", bool, true)
    .option("--analysis-interval-floor <duration>", "least analysis interval", duration, 10_000)
    .option(
      "--forbid-cross-namespace-refs [bool]",
      "-no-cross-namespace-refs: refuse references to other namespaces",
      bool,
      false,
    )
    .option("--cluster-name <name>", "name of the cluster in alerts", "")
    .option("--event-webhook <url>", "URL that is told of every event", "")
    .option("--slack-url <url>", "Slack webhook", "")
    .option("--slack-token <token>", "Slack token", "")
    .option("--slack-proxy-url <url>", "HTTP proxy to Slack", "")
    .option("--slack-user <name>", "author of Slack messages", "flagger")
    .option("--slack-channel <name>", "Slack channel", "")
    .option("--msteams-url <url>", "Microsoft Teams webhook; goes before Slack", "")
    .option("--msteams-proxy-url <url>", "HTTP proxy to Microsoft Teams", "")
    .option("--enable-leader-election [bool]", "run several replicas, of which one leads", bool, false)
    .option("--leader-election-namespace <name>", "namespace of the Lease", "kube-system")
    .option("--log-level <level>", "debug, info, warn or error", "info")
    .option("--port <number>", "port of probes and metrics", port, 8080)
    .option("--control-loop-interval <duration>", "accepted for Flagger's sake; changes are seen at once")
    .option("--threadiness <number>", "accepted for Flagger's sake; every Canary is served at once")
    .option("--kubeconfig-qps <number>", "accepted for Flagger's sake; nothing is polled")
    .option("--kubeconfig-burst <number>", "accepted for Flagger's sake; nothing is polled")
    .option("--zap-encoding <name>", "accepted for Flagger's sake; logs are JSON")
    .option("--zap-replace-globals [bool]", "accepted for Flagger's sake")
    .action(async (flags: Flags) => {
      await run(flags, process.env);
    });
}

async function run(flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  const log = createLog(flags.logLevel);
  const config = await loadConfig({ kubeconfig: flags.kubeconfig, master: flags.master, env });
  const client = createClient(createTransport(config), systemClock);
  const settings = settingsOf(flags, env);
  const cluster = createCluster(client, systemClock, flags.namespace, (kind, error) => {
    log.warn(`watch of ${kind}: ${String(error)}`);
  });
  const telemetry = createTelemetry(version, flags.meshProvider);
  const events = createEventRecorder(client, systemClock, (error) => {
    log.warn(`event lost: ${String(error)}`);
  });

  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      log.info(`${signal}: finishing the steps under way`);
      stop.abort();
      process.once(signal, () => process.exit(1));
    });
  }

  const server = createServer(telemetry.registry, cluster.synced);
  await server.listen({ port: flags.port, host: "::" });
  if (settings.notifier.kind === "off") log.info(`no alerts: ${settings.notifier.reason}`);
  log.info(`headgate ${version}, provider ${flags.meshProvider}, metrics server ${flags.metricsServer}`);
  await cluster.start(stop.signal);
  log.info("caches are filled");

  const work = (signal: AbortSignal): Promise<void> =>
    runController(
      { cluster, clock: systemClock, http: createHttp(), settings, record: events.record, telemetry, log },
      signal,
    );
  const end = flags.enableLeaderElection
    ? await lead(
        {
          client,
          clock: systemClock,
          lease: {
            namespace: flags.namespace === "" ? flags.leaderElectionNamespace : flags.namespace,
            name: "flagger-leader-election",
          },
          identity: `${hostname()}_${randomUUID()}`,
          onError: (error) => {
            log.warn(`leader election: ${String(error)}`);
          },
        },
        stop.signal,
        work,
      )
    : await work(stop.signal).then(() => "stopped" as const);

  stop.abort();
  await events.flush();
  await server.close();
  if (end === "lost") log.error("leadership lost");
  process.exit(end === "lost" ? 1 : 0);
}

function settingsOf(flags: Flags, env: NodeJS.ProcessEnv): Settings {
  const given = (name: string, flag: string): string => {
    const value = env[name] ?? "";
    return value === "" ? flag : value;
  };
  return {
    meshProvider: flags.meshProvider,
    metricsServer: flags.metricsServer,
    namespace: flags.namespace,
    selectorLabels: flags.selectorLabels,
    includeLabelPrefixes: flags.includeLabelPrefix,
    configTracking: flags.enableConfigTracking,
    intervalFloorMs: flags.analysisIntervalFloor,
    noCrossNamespaceRefs: flags.forbidCrossNamespaceRefs,
    clusterName: flags.clusterName,
    eventWebhook: given("EVENT_WEBHOOK_URL", flags.eventWebhook),
    notifier: globalNotifier({
      slackUrl: given("SLACK_URL", flags.slackUrl),
      slackToken: given("SLACK_TOKEN", flags.slackToken),
      slackProxyUrl: given("SLACK_PROXY_URL", flags.slackProxyUrl),
      slackUser: flags.slackUser,
      slackChannel: flags.slackChannel,
      msteamsUrl: given("MSTEAMS_URL", flags.msteamsUrl),
      msteamsProxyUrl: given("MSTEAMS_PROXY_URL", flags.msteamsProxyUrl),
    }),
  };
}
