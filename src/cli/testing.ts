import { silence, startLoopback } from "../testing/loopback.ts";
import type { Answer, Loopback, Received } from "../testing/loopback.ts";

/** For tests: what the operator needs to be served. */
export const definitions: readonly string[] = ["canaries", "metrictemplates", "alertproviders"];

/** For tests: an answer in JSON. */
export const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });

/** For tests: an API server with these definitions and no objects. It answers lists once `filled` is resolved. */
export function startEmptyApi(served: readonly string[], filled: Promise<void> = Promise.resolve()): Promise<Loopback> {
  const answer = async ({ method, path }: Received): Promise<Answer> => {
    if (path === "/version") return json({ gitVersion: "v1.35.4" });
    if (path === "/apis/flagger.app/v1beta1") return json({ resources: served.map((name) => ({ name })) });
    if (path.includes("watch=true")) return silence();
    if (path.includes("/leases")) return method === "GET" ? json({}, 404) : json({ metadata: {} }, 201);
    await filled;
    return json({ metadata: { resourceVersion: "1" }, items: [] });
  };
  return startLoopback(answer);
}
