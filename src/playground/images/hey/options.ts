import { parseDuration } from "../../../api/duration.ts";
import { InvalidFlag, readFlags } from "../flags.ts";

/** What hey is told to do. */
export interface HeyOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A file to take the body from; empty for none. */
  readonly bodyFile: string;
  /** Requests of each worker; as many as fit into the duration if there is one. */
  readonly perWorker: number;
  readonly workers: number;
  /** Milliseconds after which no more requests are sent. */
  readonly durationMs: number;
  /** Requests a second of each worker; 0 for as fast as answers come. */
  readonly rate: number;
  /** Bound on each request, in milliseconds. */
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  /** URL of a proxy; empty for that of the environment. */
  readonly proxy: string;
}

const defaults = {
  n: 200,
  c: 50,
  q: 0,
  z: "0",
  o: "",
  m: "GET",
  H: [] as readonly string[],
  t: 20,
  A: "",
  d: "",
  D: "",
  T: "text/html",
  U: "",
  a: "",
  x: "",
  h2: false,
  host: "",
  "disable-compression": false,
  "disable-keepalive": false,
  "disable-redirects": false,
  cpus: 0,
};

const agent = "hey/0.0.1";
/** No test goes on for longer, whatever it is told, in milliseconds. */
const longestMs = 3_600_000;
const mostWorkers = 1000;

/** @throws InvalidFlag */
export function readHeyOptions(args: readonly string[]): HeyOptions {
  const { flags, rest } = readFlags(args, defaults);
  const url = URL.parse(rest[0] ?? "");
  if (url === null) throw new InvalidFlag("hey needs a URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new InvalidFlag(`hey cannot call ${url.protocol}`);
  if (flags.h2) throw new InvalidFlag("-h2 is not supported here: only HTTP/1.1 is");
  if (flags.o !== "") throw new InvalidFlag("-o is not supported here: only the summary is");
  const durationMs = readDuration(flags.z);
  if (flags.c < 1 || (durationMs === 0 && flags.n < 1)) throw new InvalidFlag("-n and -c cannot be smaller than 1.");
  if (flags.c > mostWorkers) throw new InvalidFlag(`-c cannot be more than ${mostWorkers} here.`);
  if (durationMs === 0 && flags.n < flags.c) throw new InvalidFlag("-n cannot be less than -c.");
  return {
    url,
    method: flags.m.toUpperCase(),
    headers: headersOf(flags),
    body: flags.d,
    bodyFile: flags.D,
    perWorker: durationMs > 0 ? Infinity : Math.floor(flags.n / flags.c),
    workers: Math.floor(flags.c),
    durationMs: durationMs > 0 ? Math.min(durationMs, longestMs) : longestMs,
    rate: Math.max(0, flags.q),
    timeoutMs: flags.t > 0 ? Math.min(flags.t * 1000, longestMs) : longestMs,
    keepAlive: !flags["disable-keepalive"],
    proxy: flags.x,
  };
}

function readDuration(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new InvalidFlag(`invalid value "${text}" for flag -z`);
  }
}

function headersOf({ H, A, T, U, a, host }: typeof defaults): Readonly<Record<string, string>> {
  const given = H.map((header) => {
    const [, name, value] = /^([\w-]+):\s*(.+)/.exec(header) ?? [];
    if (name === undefined || value === undefined) {
      throw new InvalidFlag(`could not parse the provided input; input = ${header}`);
    }
    return [name.toLowerCase(), value] as const;
  });
  const { "user-agent": own, ...headers } = Object.fromEntries(given) as Readonly<Record<string, string>>;
  const name = U === "" ? own : U;
  return {
    "content-type": T,
    ...headers,
    ...(A !== "" && { accept: A }),
    ...(a !== "" && { authorization: `Basic ${Buffer.from(a).toString("base64")}` }),
    ...(host !== "" && { host }),
    "user-agent": name === undefined ? agent : `${name} ${agent}`,
  };
}
