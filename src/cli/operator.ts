import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { hostname } from "node:os";
import { collectDefaultMetrics } from "prom-client";
import { globalNotifier } from "../alerts/global.ts";
import { systemClock } from "../clock.ts";
import { createCluster } from "../controller/cluster.ts";
import { runController } from "../controller/controller.ts";
import type { Settings } from "../controller/settings.ts";
import { checkCluster, probeMetricsServer } from "../controller/startup.ts";
import { createTelemetry } from "../controller/telemetry.ts";
import { createHttp, withoutCredentials } from "../http.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { loadConfig } from "../kubernetes/config.ts";
import { createEventRecorder } from "../kubernetes/events.ts";
import { createClient } from "../kubernetes/http-client.ts";
import { lead } from "../kubernetes/lease.ts";
import type { ElectionOptions } from "../kubernetes/lease.ts";
import { createTransport } from "../kubernetes/transport.ts";
import { createLog } from "../log.ts";
import type { Log } from "../log.ts";
import { createServer, listen } from "../server/server.ts";
import type { OperatorFlags } from "./operator-flags.ts";
import { stopSignal } from "./signals.ts";
import type { Endable } from "./signals.ts";
import { version } from "./version.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs until the process is told to stop, or cannot go on. @returns the exit code */
export async function startOperator(
  flags: OperatorFlags,
  process: Endable & { readonly env: Environment },
): Promise<number> {
  const log = createLog({ level: flags.logLevel, encoding: flags.zapEncoding });
  const stop = stopSignal(process, (signal) => {
    log.info(`${signal}: finishing the steps under way`);
  });
  try {
    await runOperator(flags, process.env, log, stop);
    return 0;
  } catch (error) {
    log.fatal(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

/**
 * Runs until the signal is aborted. Rejects when it cannot go on, with a message for whoever runs it: no API server,
 * definitions that are not installed, leadership lost.
 */
export async function runOperator(flags: OperatorFlags, env: Environment, log: Log, stop: AbortSignal): Promise<void> {
  const { meshProvider, metricsServer } = flags;
  log.info(`headgate ${version}, provider ${meshProvider}, metrics server ${withoutCredentials(metricsServer)}`);
  const settings = settingsOf(flags, env);
  const { notifier } = settings;
  if (notifier.kind === "off") log.info(`no alerts: ${notifier.reason}`);
  const config = await loadConfig({ kubeconfig: flags.kubeconfig, master: flags.master, env });
  const transport = createTransport(config, `headgate/${version}`);
  const client = createClient(transport, systemClock, { qps: flags.kubeconfigQps, burst: flags.kubeconfigBurst });
  const http = createHttp();
  const cluster = createCluster(client, systemClock, flags.namespace, (kind, error) => {
    log.warn(`watch of ${kind}: ${String(error)}`);
  });
  const telemetry = createTelemetry(version, meshProvider);
  collectDefaultMetrics({ register: telemetry.registry });
  const events = createEventRecorder(client, systemClock, (error) => {
    log.warn(`event lost: ${String(error)}`);
  });
  const server = createServer(telemetry.registry, cluster.synced);

  const ended = new AbortController();
  const signal = AbortSignal.any([stop, ended.signal]);
  try {
    log.info(`probes and metrics on port ${await listen(server, flags.port)}`);
    await checkCluster({ transport, clock: systemClock, log }, signal);
    void probeMetricsServer(metricsServer, http, log);
    signal.throwIfAborted();
    await Promise.race([cluster.start(signal), once(signal, "abort")]);
    signal.throwIfAborted();
    log.info("caches are filled");
    const work = (leading: AbortSignal): Promise<void> => {
      log.info("releasing");
      return runController(
        { cluster, clock: systemClock, http, settings, record: events.record, telemetry, log },
        leading,
      );
    };
    if (!flags.enableLeaderElection) await work(signal);
    else if ((await lead(electionOf(flags, client, log), signal, work)) === "lost") throw new Error("leadership lost");
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    ended.abort();
    await events.flush();
    await server.close();
  }
}

function electionOf(flags: OperatorFlags, client: KubeClient, log: Log): ElectionOptions {
  const namespace = flags.namespace === "" ? flags.leaderElectionNamespace : flags.namespace;
  return {
    client,
    clock: systemClock,
    lease: { namespace, name: "flagger-leader-election" },
    identity: `${hostname()}_${randomUUID()}`,
    onError: (error) => {
      log.warn(`leader election: ${String(error)}`);
    },
  };
}

/** What the flags say; a variable of the environment that is not empty goes before its flag. */
export function settingsOf(flags: OperatorFlags, env: Environment): Settings {
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
    noCrossNamespaceRefs: flags.noCrossNamespaceRefs,
    ingressClass: flags.ingressClass,
    ingressAnnotationsPrefix: flags.ingressAnnotationsPrefix,
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
