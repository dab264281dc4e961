import { isRecord } from "../../kubernetes/canonical.ts";
import { parseYaml } from "./decode.ts";
import type { Call } from "./request.ts";
import { badRequest } from "./status.ts";

const root = "/apis/authorization.k8s.io/v1";
const everything = ["*"];

/** What each review answers: here, everybody may do everything. */
const answers: Readonly<Record<string, unknown>> = {
  [`${root}/selfsubjectaccessreviews`]: { allowed: true },
  [`${root}/selfsubjectrulesreviews`]: {
    resourceRules: [{ verbs: everything, apiGroups: everything, resources: everything }],
    nonResourceRules: [{ verbs: everything, nonResourceURLs: everything }],
    incomplete: false,
  },
};

/**
 * The answer to a review of what the client may do; undefined for all other requests.
 * @throws StatusError 400
 */
export function review({ method, path, body }: Call): unknown {
  if (method !== "POST" || answers[path] === undefined) return undefined;
  const given = parseYaml(body, badRequest);
  return { ...(isRecord(given) ? given : {}), metadata: {}, status: answers[path] };
}
