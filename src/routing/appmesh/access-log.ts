import type { Canary } from "../../api/canary.ts";
import { isControlledBy } from "../../api/ownership.ts";
import { canonicalJson } from "../../kubernetes/canonical.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";

/** Where Envoy writes a line for each request. */
export interface Logging {
  readonly accessLog?: { readonly file?: { readonly path?: string } };
}

/** On a Canary: `enabled` for access logs. */
const accessLogKey = "appmesh.flagger.app/accesslog";

const toStdout: Logging = { accessLog: { file: { path: "/dev/stdout" } } };

/** The `logging` of a VirtualNode: to stdout if the Canary asks for it; otherwise what others have set. */
export function loggingOf(
  canary: Canary,
  live: (KubeObject & { readonly spec?: { readonly logging?: Logging | undefined } }) | undefined,
): Logging | undefined {
  if (canary.metadata.annotations?.[accessLogKey] === "enabled") return toStdout;
  const logging = live?.spec?.logging;
  const isOwn =
    live !== undefined && isControlledBy(canary, live) && canonicalJson(logging) === canonicalJson(toStdout);
  return isOwn ? undefined : logging;
}
