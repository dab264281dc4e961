import { globalNotifier } from "../alerts/global.ts";
import type { Canary, MetricCheck } from "../api/canary.ts";
import { systemClock } from "../clock.ts";
import { createCluster } from "../controller/cluster.ts";
import { runController } from "../controller/controller.ts";
import { createTelemetry } from "../controller/telemetry.ts";
import { createHttp } from "../http.ts";
import type { Http } from "../http.ts";
import { createEventRecorder } from "../kubernetes/events.ts";
import type { Log } from "../log.ts";
import type { Playground } from "./playground.ts";

export interface InsideOperatorOptions {
  readonly version: string;
  /** The provider of Canaries that name none. */
  readonly meshProvider: string;
  readonly slackUrl: string;
  readonly log: Log;
  /** Told of every value that a check has got: a duration in seconds, a success rate in percent. */
  readonly onValue: (canary: Canary, metric: MetricCheck, value: number) => void;
}

/** The operator, in this process. */
export interface InsideOperator {
  /** Resolves when the steps under way are finished. */
  stop(): Promise<void>;
}

/** Runs the operator against the playground. Resolves when its caches are filled. */
export async function startOperatorInside(
  { client, gateway, prometheus }: Playground,
  { version, meshProvider, slackUrl, log, onValue }: InsideOperatorOptions,
): Promise<InsideOperator> {
  const stop = new AbortController();
  const onError = (error: unknown): void => {
    log.debug(String(error));
  };
  const cluster = createCluster(client, systemClock, "", (_, error) => {
    onError(error);
  });
  const telemetry = createTelemetry(version, meshProvider);
  const settings = {
    meshProvider,
    metricsServer: prometheus,
    namespace: "",
    selectorLabels: ["app", "name", "app.kubernetes.io/name"],
    includeLabelPrefixes: [],
    configTracking: true,
    intervalFloorMs: 1000,
    noCrossNamespaceRefs: false,
    ingressClass: "",
    ingressAnnotationsPrefix: "nginx.ingress.kubernetes.io",
    clusterName: "",
    eventWebhook: "",
    notifier: globalNotifier({
      slackUrl,
      slackToken: "",
      slackProxyUrl: "",
      slackUser: "headgate",
      slackChannel: "general",
      msteamsUrl: "",
      msteamsProxyUrl: "",
    }),
  };
  const note = (canary: Canary, name: string, value: number): void => {
    telemetry.value(canary, name, value);
    const metric = (canary.spec.analysis.metrics ?? []).find((each) => each.name === name);
    if (metric !== undefined) onValue(canary, metric, value);
  };
  await cluster.start(stop.signal);
  const events = createEventRecorder(client, systemClock, onError);
  const running = runController(
    {
      cluster,
      clock: systemClock,
      http: throughGateway(createHttp(), gateway),
      settings,
      record: events.record,
      telemetry: { ...telemetry, value: note },
      log,
    },
    stop.signal,
  );
  return {
    stop: async () => {
      stop.abort();
      await running;
      await events.flush();
    },
  };
}

/** Names of the cluster are known to the gateway only. */
function throughGateway(send: Http, gateway: string): Http {
  return (request) =>
    new URL(request.url).hostname === "127.0.0.1" ? send(request) : send({ ...request, proxy: gateway });
}
