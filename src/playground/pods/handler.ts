import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import type { Container, ExecAction, HTTPGetAction, Pod, TCPSocketAction } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import type { Endpoint } from "./addresses.ts";

/** How a probe or a hook ended. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** What probes and hooks do; a gRPC probe only tries whether its port takes connections. */
export interface Handler {
  readonly exec?: ExecAction;
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: TCPSocketAction;
  readonly grpc?: { readonly port: number };
}

/** The container that is probed. */
export interface Target {
  readonly pod: Stored<Pod>;
  readonly container: Container;
  /** Where a port of the pod really is. */
  readonly resolve: (host: string, port: number) => Endpoint;
  /** Runs a command in the container. */
  execute(command: readonly string[], signal: AbortSignal): Promise<Outcome>;
}

/** Does it once. Aborting the signal is a failure, with the message of its reason. Never rejects. */
export async function perform(handler: Handler, target: Target, signal: AbortSignal): Promise<Outcome> {
  const { exec, httpGet, tcpSocket, grpc } = handler;
  if (exec !== undefined) return target.execute(exec.command ?? [], signal);
  if (httpGet !== undefined) return getHttp(httpGet, target, signal);
  const socket = tcpSocket ?? grpc;
  return socket === undefined ? { ok: true } : openSocket(socket, target, signal);
}

function getHttp(action: HTTPGetAction, target: Target, signal: AbortSignal): Promise<Outcome> {
  const { path = "/", scheme = "HTTP", httpHeaders = [] } = action;
  const address = addressOf(action, target);
  if (address === undefined) return Promise.resolve(noPort(action.port));
  const { host, port } = address;
  const url = `${scheme.toLowerCase()}://${host}:${port}${path.startsWith("/") ? "" : "/"}${path}`;
  const given = Object.fromEntries(httpHeaders.map(({ name, value }) => [name.toLowerCase(), value]));
  const send = scheme === "HTTPS" ? httpsRequest : httpRequest;
  const { pathname, search } = new URL(url);
  return new Promise((resolve) => {
    const request = send({
      ...target.resolve(host, port),
      path: pathname + search,
      headers: { host: `${host}:${port}`, "user-agent": "kube-probe/1.35", accept: "*/*", ...given },
      agent: false,
      rejectUnauthorized: false,
      signal,
    });
    request.once("response", (response) => {
      const { statusCode = 0 } = response;
      response.on("error", () => undefined).destroy();
      const ok = statusCode >= 200 && statusCode < 400;
      resolve(ok ? { ok } : { ok, message: `HTTP probe failed with statuscode: ${statusCode}` });
    });
    request.once("error", (error) => {
      resolve({ ok: false, message: `Get "${url}": ${reasonOf(error, address, signal)}` });
    });
    request.end();
  });
}

function openSocket(action: TCPSocketAction, target: Target, signal: AbortSignal): Promise<Outcome> {
  const address = addressOf(action, target);
  if (address === undefined) return Promise.resolve(noPort(action.port));
  return new Promise((resolve) => {
    const socket = connect({ ...target.resolve(address.host, address.port), signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve({ ok: true });
    });
    socket.once("error", (error) => {
      resolve({ ok: false, message: reasonOf(error, address, signal) });
    });
  });
}

/** Undefined when no port of the container has that name. */
function addressOf(
  { host, port }: { readonly host?: string; readonly port: number | string },
  { pod, container }: Target,
): Endpoint | undefined {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const number = named ?? Number(port);
  return Number.isNaN(number) ? undefined : { host: host ?? pod.status?.podIP ?? "127.0.0.1", port: number };
}

function noPort(port: number | string): Outcome {
  return { ok: false, message: `couldn't find port: ${port}` };
}

/** As Go words it. */
function reasonOf(error: NodeJS.ErrnoException, { host, port }: Endpoint, signal: AbortSignal): string {
  if (signal.aborted) return (signal.reason as Error).message;
  const dial = `dial tcp ${host}:${port}: connect:`;
  if (error.code === "ECONNREFUSED") return `${dial} connection refused`;
  return error.code === "ECONNRESET" ? "EOF" : error.message;
}
