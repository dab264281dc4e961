import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** Requests of the operator between two times. */
export interface RequestCount {
  readonly total: number;
  /** By verb and resource, such as `get deployments` or `update canaries/status`. */
  readonly byKind: Readonly<Record<string, number>>;
}

interface AuditEvent {
  readonly userAgent?: string;
  readonly verb: string;
  readonly stage: string;
  readonly requestReceivedTimestamp: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}

/**
 * Counts the requests in an audit log that were received from `from` to `to`, without watches and without leader
 * election. A request is written down when it has been answered.
 */
export async function countRequests(
  log: string,
  from: Date,
  to: Date,
  counts: (event: AuditEvent) => boolean = () => true,
): Promise<RequestCount> {
  const byKind: Record<string, number> = {};
  let total = 0;
  for await (const line of createInterface({ input: createReadStream(log) })) {
    const event = parse(line);
    if (event === undefined || !counts(event)) continue;
    const { resource = "", subresource } = event.objectRef ?? {};
    const at = Date.parse(event.requestReceivedTimestamp);
    if (event.stage !== "ResponseComplete" || event.verb === "watch" || resource === "leases") continue;
    if (at < from.getTime() || at > to.getTime()) continue;
    const kind = `${event.verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`;
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    total++;
  }
  return { total, byKind };
}

/** The last line may be only half written. */
function parse(line: string): AuditEvent | undefined {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return undefined;
  }
}
