import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { stateDirectory } from "../cluster/layout.ts";

/** Requests of the operator between two times. */
export interface RequestCount {
  readonly total: number;
  /** By verb and resource, such as `get deployments` or `update canaries/status`. */
  readonly byKind: Readonly<Record<string, number>>;
}

interface AuditEvent {
  readonly verb: string;
  readonly stage: string;
  readonly requestReceivedTimestamp: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}

/**
 * Counts the operator's requests to the API server received from `from` to `to`, without watches and without its
 * leader election. The API server writes a request down when it has answered it.
 */
export async function countRequests(from: Date, to: Date): Promise<RequestCount> {
  const byKind: Record<string, number> = {};
  let total = 0;
  for await (const line of createInterface({ input: createReadStream(stateDirectory.audit) })) {
    const event = parse(line);
    if (event === undefined) continue;
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
