import { isRecord } from "../../kubernetes/canonical.ts";
import { badRequest } from "./status.ts";

/** Where in a list to go on. */
export interface Page {
  /** The version that is listed; undefined for the latest. */
  readonly version: number | undefined;
  /** The key of the last object that has been listed; empty at the beginning. */
  readonly after: string;
}

/** How the API server writes the latest version, and the key that comes next after another. */
const latest = -1;
const nextKey = "\0";

/** The token with which a client asks for the page. */
export function encodeContinue({ version = latest, after }: Page): string {
  const token = { v: "meta.k8s.io/v1", rv: version, start: `${after}${nextKey}` };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

/** @throws StatusError 400 */
export function decodeContinue(token: string): Page {
  const { v, rv, start } = parse(token);
  if (v !== "meta.k8s.io/v1") {
    throw badRequest(`continue key is not valid: server does not recognize this encoded version ${String(v)}`);
  }
  if (typeof rv !== "number" || rv === 0) {
    throw badRequest("continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (typeof start !== "string" || start === "") {
    throw badRequest("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)");
  }
  return { version: rv === latest ? undefined : rv, after: start.replace(/\0$/, "") };
}

function parse(token: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (isRecord(value)) return value;
  } catch {
    // Not JSON, which is said below.
  }
  throw badRequest("continue key is not valid");
}
