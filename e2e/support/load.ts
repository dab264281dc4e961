import { Agent, ProxyAgent, request } from "undici";

export interface LoadOptions {
  readonly url: string;
  /** URL of a proxy to go through. */
  readonly proxy?: string;
  /** Requests per second, sent at this pace whether or not answers come. */
  readonly rate: number;
  /** Bound on the time, in seconds; the load stops by itself after it. */
  readonly seconds: number;
  /** Use connections again. Without it every request meets kube-proxy's choice of a pod anew. */
  readonly keepAlive?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request that a user would have noticed. */
interface Complaint {
  readonly at: Date;
  /** Milliseconds from sending to the end of the answer, or to the failure. */
  readonly tookMs: number;
  /** Status code, or what went wrong on the way. */
  readonly what: string;
}

export interface LoadReport {
  readonly total: number;
  /** No answer, or one outside 200..399. */
  readonly failed: readonly Complaint[];
  /** Good answers that took longer than a second. */
  readonly slow: readonly Complaint[];
  /** Answers by status code. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The slowest good answer, in milliseconds. */
  readonly slowestMs: number;
}

export interface Load {
  /** Ends sending, waits for the last answers, and reports. */
  stop(): Promise<LoadReport>;
  /** Waits until all requests of `rate` times `seconds` are sent and answered, and reports. */
  finish(): Promise<LoadReport>;
}

const slowMs = 1_000;
const answerTimeoutMs = 10_000;

/** Starts to send GET requests from this process. Rate and time bound how many there can be. */
export function startLoad({ url, proxy, rate, seconds, keepAlive = false, headers = {} }: LoadOptions): Load {
  const connections = { pipelining: keepAlive ? 1 : 0, connect: { timeout: answerTimeoutMs } };
  const agent =
    proxy === undefined ? new Agent(connections) : new ProxyAgent({ ...connections, uri: proxy, proxyTunnel: false });
  const open = new Set<Promise<void>>();
  const failed: Complaint[] = [];
  const slow: Complaint[] = [];
  const statuses: Record<string, number> = {};
  const most = Math.ceil(rate * seconds);
  const start = performance.now();
  let total = 0;
  let slowestMs = 0;

  const send = async (): Promise<void> => {
    const at = new Date();
    const sent = performance.now();
    const complaint = (what: string): Complaint => ({ at, tookMs: performance.now() - sent, what });
    try {
      const signal = AbortSignal.timeout(answerTimeoutMs);
      const answer = await request(url, { dispatcher: agent, headers, signal });
      await answer.body.dump();
      const status = String(answer.statusCode);
      statuses[status] = (statuses[status] ?? 0) + 1;
      const seen = complaint(status);
      if (answer.statusCode < 200 || answer.statusCode > 399) failed.push(seen);
      else if (seen.tookMs > slowMs) slow.push(seen);
      slowestMs = Math.max(slowestMs, seen.tookMs);
    } catch (error) {
      failed.push(complaint(error instanceof Error ? error.message : String(error)));
    }
  };

  const sentAll = Promise.withResolvers<undefined>();
  const timer = setInterval(
    () => {
      const due = Math.min(most, Math.floor(((performance.now() - start) / 1000) * rate));
      for (; total < due; total++) {
        const one = send().finally(() => open.delete(one));
        open.add(one);
      }
      if (total === most) sentAll.resolve(undefined);
    },
    Math.min(50, 1000 / rate),
  );

  const stop = async (): Promise<LoadReport> => {
    clearInterval(timer);
    await Promise.all(open);
    await agent.close();
    return { total, failed, slow, statuses, slowestMs };
  };

  return { stop, finish: async () => sentAll.promise.then(stop) };
}
