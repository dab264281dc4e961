import { Server } from "node:net";

/**
 * Loaded into every Node process of a pod before its program (`node --import`): a server that would listen on all
 * addresses of the machine listens on the pod's own, as it does in a container, and takes the free port that stands for
 * a port of the pod where pods share one address. So neither the samples nor Headgate itself need to know of it.
 *
 * HEADGATE_ADDRESS is the address, HEADGATE_PORTS a list such as `9898=40001,9797=40002`.
 */
const { HEADGATE_ADDRESS: address, HEADGATE_PORTS: list = "" } = process.env;

if (address !== undefined) {
  const ports = new Map(list.split(",").map((pair) => pair.split("=").map(Number) as [number, number]));
  const listen = Reflect.get(Server.prototype, "listen") as (this: Server, ...args: unknown[]) => Server;
  const replacement = function (this: Server, ...args: unknown[]): Server {
    return listen.apply(this, [...redirected(args, address, ports)]);
  };
  Reflect.set(Server.prototype, "listen", replacement);
}

/** The arguments of net.Server's `listen`, for the pod's address and ports. A path or a handle stays as it is. */
export function redirected(
  args: readonly unknown[],
  address: string,
  ports: ReadonlyMap<number, number>,
): readonly unknown[] {
  const hostFor = (host: unknown): unknown =>
    host === undefined || host === null || host === "" || host === "0.0.0.0" || host === "::" ? address : host;
  const portFor = (port: unknown): unknown => ports.get(Number(port)) ?? port;

  const [first, ...rest] = args;
  if (first === undefined || first === null || typeof first === "function") {
    return [0, address, ...args.filter((arg) => typeof arg === "function")];
  }
  if (typeof first === "object" && "port" in first) {
    const host = hostFor("host" in first ? first.host : undefined);
    return [{ ...first, port: portFor(first.port), host }, ...rest];
  }
  if (typeof first === "number" || (typeof first === "string" && /^\d+$/.test(first))) {
    const [host, ...others] = rest;
    return typeof host === "string" || host === undefined || host === null
      ? [portFor(first), hostFor(host), ...others]
      : [portFor(first), address, ...rest];
  }
  return args;
}
