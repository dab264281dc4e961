import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { ConfigMap, Event, Service } from "kubernetes-types/core/v1.d.ts";
import { pino } from "pino";
import { globalNotifier } from "../alerts/global.ts";
import type { Canary } from "../api/canary.ts";
import { sleep } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { createCluster } from "../controller/cluster.ts";
import { runController } from "../controller/controller.ts";
import type { ControllerOptions } from "../controller/controller.ts";
import type { Settings } from "../controller/settings.ts";
import { createTelemetry } from "../controller/telemetry.ts";
import { Unreachable } from "../http.ts";
import type { Http } from "../http.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { createEventRecorder } from "../kubernetes/events.ts";
import { createClient } from "../kubernetes/http-client.ts";
import type { ApiRequest, Transport } from "../kubernetes/transport.ts";
import type { ApiServer, Fault } from "../simulator/apiserver.ts";
import type { Usage } from "../simulator/controllers/autoscalers.ts";
import { controllerManager, runWorkloads } from "../simulator/controllers/controllers.ts";
import type { PodObject } from "../simulator/controllers/kinds.ts";
import { createSimulatedPods } from "../simulator/controllers/simulated-pods.ts";
import type { SimulatedPods } from "../simulator/controllers/simulated-pods.ts";
import type { StoredObject } from "../simulator/resource.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import { began, openCluster } from "./cluster.ts";

/** How long a pod takes to become ready, in milliseconds; or it never does. */
export type Pace = (pod: PodObject) => number | "never";

/** What the world around the operator does. Each is asked anew every time. */
export interface Surroundings {
  /** Answers all requests to the outside, in the place of the webhooks, Prometheus and Slack below. */
  readonly outside?: Http;
  /** 3 seconds unless it says otherwise. */
  readonly pace?: Pace;
  /** What the webhook `http://hooks/NAME` answers: a status, 200 unless it says otherwise, or nothing at all. */
  readonly hook?: (name: string) => number | "nothing";
  /** The success rate that Prometheus knows, in percent: 100 unless it says otherwise. Or how it fails to say. */
  readonly successRate?: (query: string) => number | "no values" | "no sense" | "an error" | "nothing";
  /** The status with which Slack answers to a message of this text. */
  readonly slack?: (text: string) => number;
  /** What each pod uses, for autoscalers: nothing is known unless it says otherwise. */
  readonly usage?: Usage;
}

/** What becomes of a request of the operator. A crash lets it carry out neither this request nor anything after it. */
export type Mishap = Fault | "crash before" | "crash after";

/** What its watches tell an operator, and when. */
export interface Hearing {
  /** How late each change comes, in milliseconds. */
  readonly lateMs: number;
  /** Whether each change comes twice. */
  readonly twice: boolean;
  /** Whether what comes now is lost: asked anew each time. */
  readonly isLost: () => boolean;
}

export interface OperatorOptions {
  /** Its own clock, where that is not the cluster's. */
  readonly clock?: Clock;
  readonly hearing?: Hearing;
  readonly mishap?: (request: ApiRequest) => Mishap | undefined;
  readonly onCrash?: () => void;
  readonly settings?: Partial<Settings>;
  readonly decide?: ControllerOptions["decide"];
}

/** An operator under way. */
export interface Operator {
  /** All that it asked of the API server, as `METHOD PATH`, but watches. */
  readonly requests: readonly string[];
  /** What went wrong and was tried again. */
  readonly warnings: readonly string[];
  /** Breaks all watches that are open. */
  breakWatches(): void;
  /** Stops it as a signal does; resolves when the turns under way are finished. */
  stop(): Promise<void>;
}

/**
 * A cluster in memory with all its controllers, under a virtual clock, in which operators release workloads, and what
 * can be seen of it.
 */
export interface Stage {
  readonly clock: VirtualClock;
  readonly api: ApiServer;
  readonly pods: SimulatedPods;
  /** Whether the change that is being told of is that of an operator. */
  readonly isOperators: () => boolean;
  /** What users, and other controllers, do. */
  readonly user: KubeClient;
  /**
   * What happened, each line with its time in seconds: phases and counters of Canaries, pods asked for and available,
   * selectors of Services, data of ConfigMaps, calls to webhooks and Prometheus, and messages to Slack.
   */
  readonly story: readonly string[];
  /** The events about Canaries, in the order in which they were written. */
  readonly events: readonly string[];
  /** The bodies of all messages that Slack has taken. */
  readonly slack: readonly unknown[];
  /** Begins the story, the events and the messages anew. */
  readonly turnPage: () => void;
  start(options?: OperatorOptions): Operator;
  /** Ends all that is under way, which would else stay in memory. */
  readonly close: () => void;
}

const log = pino({ level: "silent" });

/** Shared, as it measures this process. */
const telemetry = createTelemetry("test", "kubernetes");

/** An operator with provider kubernetes, a Prometheus and a Slack channel. */
export const usualSettings: Settings = {
  meshProvider: "kubernetes",
  metricsServer: "http://prometheus",
  namespace: "",
  selectorLabels: ["app"],
  includeLabelPrefixes: [],
  configTracking: true,
  intervalFloorMs: 10_000,
  noCrossNamespaceRefs: false,
  ingressClass: "",
  ingressAnnotationsPrefix: "nginx.ingress.kubernetes.io",
  clusterName: "",
  eventWebhook: "",
  notifier: globalNotifier({
    slackUrl: "http://slack/hook",
    slackToken: "",
    slackUser: "flagger",
    slackChannel: "releases",
    slackProxyUrl: "",
    msteamsUrl: "",
    msteamsProxyUrl: "",
  }),
};

/** The namespace `test` is there, and the kinds of Headgate and of the Gateway API are. */
export async function openStage(surroundings: Surroundings = {}): Promise<Stage> {
  const { pace = () => 3000, hook = () => 200, successRate = () => 100, slack: takes = () => 200 } = surroundings;
  const clock = createVirtualClock(began);
  const { api, user } = await openCluster(clock);
  const story: string[] = [];
  const events: string[] = [];
  const slack: unknown[] = [];
  const at = (line: string): string => `${(clock.now() - began) / 1000}s ${line}`;

  api.onWrite(({ type, object, previous }) => {
    if (object.kind === "Event") {
      const { involvedObject, type: level = "", message = "" } = object as unknown as Event;
      if (type !== "DELETED" && involvedObject.kind === "Canary") events.push(at(`${level} ${message}`));
    }
    const [before, after] = [describe(previous), describe(object)];
    for (const line of type === "DELETED" ? ["gone"] : after.filter((line) => !before.includes(line))) {
      if (after.length > 0) story.push(at(`${object.kind?.toLowerCase() ?? ""} ${object.metadata.name}: ${line}`));
    }
  });

  const outside: Http = async ({ method, url, body = "{}", timeoutMs }) => {
    const { host, pathname, searchParams } = new URL(url);
    switch (host) {
      case "hooks": {
        const status = hook(pathname.slice(1));
        const { name, phase } = JSON.parse(body) as { readonly name: string; readonly phase: string };
        story.push(at(`hook ${pathname.slice(1)} of ${name} (${phase}): ${status}`));
        if (status !== "nothing") return { status, headers: {}, body: status < 300 ? "" : `${pathname} says no` };
        return timedOut(`${method} ${url}`, timeoutMs);
      }
      case "slack": {
        const message = JSON.parse(body) as SlackMessage;
        const status = takes(message.attachments[0]?.text ?? "");
        if (status === 200) slack.push(message);
        for (const { author_name, color, text } of message.attachments) {
          story.push(at(`Slack (${color}) ${author_name}: ${text}${status === 200 ? "" : ` refused with ${status}`}`));
        }
        return { status, headers: {}, body: "" };
      }
      default: {
        const query = searchParams.get("query") ?? "";
        const probed = query === "vector(1)";
        const said = probed ? 1 : successRate(query);
        if (!probed) story.push(at(`Prometheus says ${said}`));
        if (said === "nothing") return timedOut(`${method} ${url}`, timeoutMs);
        if (said === "an error") return { status: 503, headers: {}, body: "starting" };
        if (said === "no sense") return { status: 200, headers: {}, body: "<html>" };
        const result = said === "no values" ? [] : [{ metric: {}, value: [0, String(said)] }];
        const data = { resultType: "vector", result };
        return { status: 200, headers: {}, body: JSON.stringify({ status: "success", data }) };
      }
    }
  };

  async function timedOut(request: string, timeoutMs: number): Promise<never> {
    await sleep(clock, timeoutMs);
    const cause = new Error(`no answer within ${timeoutMs} ms`);
    throw new Unreachable(`${request}: ${cause.message}`, { cause });
  }

  let writing = false;
  const workloads = new AbortController();
  const stops = [workloads];

  function start(options: OperatorOptions = {}): Operator {
    const { mishap, onCrash, settings, hearing, decide, clock: own = clock } = options;
    const stop = new AbortController();
    stops.push(stop);
    const requests: string[] = [];
    const warnings: string[] = [];
    let dead = false;
    let watches = new AbortController();

    const fault = (request: ApiRequest): Fault | undefined => {
      if (dead) return { kind: "hang", served: false };
      if (!isWatch(request)) requests.push(`${request.method} ${request.path.split("?")[0] ?? ""}`);
      const wrong = mishap?.(request);
      if (wrong !== "crash before" && wrong !== "crash after") return wrong;
      dead = true;
      // What is gone sends nothing and hears nothing any more.
      queueMicrotask(() => {
        stop.abort();
        onCrash?.();
      });
      return { kind: "hang", served: wrong === "crash after" };
    };
    const http: Http = (request) => (dead ? new Promise(() => undefined) : (surroundings.outside ?? outside)(request));
    const note = (error: unknown): void => {
      warnings.push(String(error));
    };
    const connection = api.connect(fault);
    const transport: Transport = async (request) => {
      if (isWatch(request)) {
        const signal = AbortSignal.any([request.signal, watches.signal]);
        const answer = await connection({ ...request, signal });
        return hearing === undefined ? answer : { ...answer, body: heard(answer.body, hearing, clock) };
      }
      writing = true;
      // It is carried out before the promise is there.
      const answer = connection(request);
      writing = false;
      return answer;
    };
    const client = createClient(transport, own);
    const cluster = createCluster(client, own, "", (_, error) => {
      note(error);
    });
    const { record } = createEventRecorder(client, own, note);
    const parts = { cluster, clock: own, http, record, telemetry, log, ...(decide !== undefined && { decide }) };
    const ended = cluster
      .start(stop.signal)
      .then(() => runController({ ...parts, settings: { ...usualSettings, ...settings } }, stop.signal));
    return {
      requests,
      warnings,
      breakWatches: () => {
        watches.abort(new Unreachable("the connection was cut"));
        watches = new AbortController();
      },
      stop: () => {
        stop.abort();
        return ended;
      },
    };
  }

  const pods = createSimulatedPods(clock, ({ pod }) => ({ kind: "runs", readyAfterMs: pace(pod) }));
  await runWorkloads(
    {
      client: api.direct(controllerManager, true),
      clock,
      runtime: pods,
      usage: surroundings.usage ?? (() => undefined),
      onError: () => undefined,
    },
    workloads.signal,
  );
  const turnPage = (): void => {
    for (const lines of [story, events, slack]) lines.length = 0;
  };
  const isOperators = (): boolean => writing;
  const close = (): void => {
    for (const stop of stops) stop.abort();
  };
  return { clock, api, pods, isOperators, user, story, events, slack, turnPage, start, close };
}

function isWatch({ path }: ApiRequest): boolean {
  return path.includes("watch=true");
}

/** The body, each chunk so much later, perhaps twice, and without those that are lost. */
async function* heard(
  body: AsyncIterable<Uint8Array>,
  { lateMs, twice, isLost }: Hearing,
  clock: Clock,
): AsyncIterable<Uint8Array> {
  const source = body[Symbol.asyncIterator]();
  const coming: Promise<IteratorResult<Uint8Array> | "lost">[] = [];
  const listen = (): void => {
    const next = source.next();
    // What comes is taken at once, so that a delay does not add to the one before.
    const late = next.then((chunk) => {
      const said = isLost() && chunk.done !== true ? "lost" : chunk;
      return sleep(clock, lateMs).then(() => said);
    });
    coming.push(late);
    // Whoever has stopped to read hears of no failure.
    late.catch(() => undefined);
    next.then(
      ({ done }) => {
        if (done !== true) listen();
      },
      () => undefined,
    );
  };
  listen();
  for (;;) {
    const chunk = await coming.shift();
    if (chunk === "lost") continue;
    if (chunk === undefined || chunk.done === true) return;
    yield chunk.value;
    if (twice) yield chunk.value;
  }
}

interface SlackMessage {
  readonly attachments: readonly { readonly author_name: string; readonly color: string; readonly text: string }[];
}

/** What a story tells of an object: a line that was not told of it before is told. */
function describe(object: StoredObject | undefined): readonly string[] {
  switch (object?.kind) {
    case "Canary": {
      const { phase = "", iterations = 0, failedChecks = 0 } = (object as unknown as Canary).status ?? {};
      const counts = `${iterations > 0 ? `, iteration ${iterations}` : ""}${failedChecks > 0 ? `, failed ${failedChecks}` : ""}`;
      return phase === "" ? [] : [`${phase}${counts}`];
    }
    case "Deployment": {
      const { spec, status } = object as unknown as Deployment;
      const image = spec?.template.spec?.containers[0]?.image ?? "";
      return [`${spec?.replicas ?? 1} of ${image}`, `${status?.availableReplicas ?? 0} available`];
    }
    case "Service":
      return [`selects ${(object as unknown as Service).spec?.selector?.["app"] ?? ""}`];
    case "ConfigMap":
      return [`holds ${JSON.stringify((object as unknown as ConfigMap).data)}`];
    default:
      return [];
  }
}
