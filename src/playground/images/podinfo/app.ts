import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { PodinfoMetrics } from "./metrics.ts";
import { routesOf } from "./routes.ts";
import type { PodinfoAnswer, PodinfoRequest, PodinfoState, PodinfoTools, Route } from "./routes.ts";
import type { PodinfoSettings } from "./settings.ts";

/** An instance of podinfo, to be served on its ports. */
export interface Podinfo {
  readonly main: RequestListener;
  readonly metrics: RequestListener;
  /** From now on probes are told that it is not well: it is about to end. */
  retire(): void;
}

export interface PodinfoOptions extends PodinfoTools {
  readonly settings: PodinfoSettings;
  readonly metrics: PodinfoMetrics;
  /** At least 0 and less than 1. */
  random(): number;
  log(message: string, fields: object): void;
}

/** The statuses of errors that come at random. */
const randomErrors = [500, 400, 409];

export function createPodinfo(options: PodinfoOptions): Podinfo {
  const { settings, metrics } = options;
  const state: PodinfoState = { healthy: settings.healthy, ready: settings.ready };
  const routes = routesOf(settings, state, options);
  const pick = (below: number): number => Math.floor(options.random() * below);

  const answerOf = async (route: Route, request: PodinfoRequest): Promise<PodinfoAnswer> => {
    const { randomDelay, randomError } = settings;
    if (randomDelay !== undefined) {
      const { min, max, unit } = randomDelay;
      await options.sleep((min + pick(max - min)) * unit);
    }
    if (randomError && pick(3) === 0) return { status: randomErrors[pick(randomErrors.length)] ?? 500 };
    return route.answer(request);
  };

  const serveMetrics = async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, { "content-type": metrics.contentType }).end(await metrics.text());
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", headers } = request;
    const [path = "/"] = (request.url ?? "/").split("?");
    if (path === "/metrics") return serveMetrics(response);
    const route = routes.find((each) => each.path.test(path));
    if (!route?.methods.includes(method)) {
      response.writeHead(route === undefined ? 404 : 405).end();
      return undefined;
    }
    const began = performance.now();
    const [, wildcard = ""] = route.path.exec(path) ?? [];
    const answer = await answerOf(route, { method, wildcard, headers, body: await text(request) });
    const { status = 200, json } = answer;
    const body = json === undefined ? (answer.text ?? "") : JSON.stringify(json, undefined, 2);
    const type = json === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
    response.writeHead(status, { ...answer.headers, ...type, "content-length": Buffer.byteLength(body) }).end(body);
    metrics.count({ method, path: route.label, status, seconds: (performance.now() - began) / 1000 });
    if (settings.debug) options.log("request", { method, path, status });
    return undefined;
  };

  /** A request that breaks off has nobody to be answered. */
  const guarded = (handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): RequestListener => {
    return (request, response) => {
      handle(request, response).catch(() => response.destroy());
    };
  };

  return {
    main: guarded(serve),
    metrics: guarded((_, response) => serveMetrics(response)),
    retire: () => {
      state.healthy = false;
      state.ready = false;
    },
  };
}
