import type { ApiResponse } from "../../kubernetes/transport.ts";
import { acceptsAggregated, aggregatedDiscovery, aggregatedType } from "./aggregated-discovery.ts";
import type { Backend } from "./backend.ts";
import { coreVersions, groupDocument, groupList, resourceList } from "./discovery.ts";
import { openApiIndex, openApiV2, openApiV3 } from "./openapi.ts";
import { answer, plain, stream } from "./output.ts";
import type { Call } from "./request.ts";
import { methodNotAllowed, notAcceptable } from "./status.ts";

/** What `kubectl version` prints. */
const version = {
  major: "1",
  minor: "35",
  gitVersion: "v1.35.0",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "",
};

const healthPaths = ["/healthz", "/livez", "/readyz"];

/**
 * The answers of a server that say what it is and serves; undefined for paths of objects.
 * @throws StatusError 405 or 406
 */
export function document(backend: Backend, call: Call): ApiResponse | undefined {
  const found = find(backend, call);
  if (found !== undefined && call.method !== "GET") throw methodNotAllowed();
  return found;
}

function find({ resources }: Backend, { path, headers }: Call): ApiResponse | undefined {
  const { accept } = headers;
  const [root, group, ofGroup, ...more] = path.replace(/\/$/, "").split("/").slice(1);
  if (healthPaths.includes(path)) return plain(200, "ok");
  if (path === "/version") return answer(200, version);
  if (root === "openapi") return openApi(resources, path, accept);
  if ((root === "api" || root === "apis") && group === undefined && acceptsAggregated(accept)) {
    const { body } = answer(200, aggregatedDiscovery(resources(), root));
    return stream(200, aggregatedType, body);
  }
  const found = (value: unknown): ApiResponse => (value === undefined ? nothing() : answer(200, value));
  if (root === "api") {
    if (group === undefined) return answer(200, coreVersions());
    return ofGroup === undefined ? found(resourceList(resources(), "", group)) : undefined;
  }
  if (root !== "apis") return nothing();
  if (group === undefined) return answer(200, groupList(resources()));
  if (ofGroup === undefined) return found(groupDocument(resources(), group));
  return more.length === 0 ? found(resourceList(resources(), group, ofGroup)) : undefined;
}

function openApi(resources: Backend["resources"], path: string, accept = "*/*"): ApiResponse {
  if (path === "/openapi/v3") return answer(200, openApiIndex(resources()));
  const isJson = accept.split(",").some((one) => ["application/json", "*/*"].includes(one.replace(/;.*/, "").trim()));
  // Only old clients ask for protobuf alone, and all of them can do without the document.
  if (!isJson) throw notAcceptable(["application/json"]);
  if (path === "/openapi/v2") return answer(200, openApiV2(resources()));
  const found = openApiV3(resources(), path.replace(/^\/openapi\/v3\//, ""));
  return found === undefined ? nothing() : answer(200, found);
}

/** The answer to a path that nobody serves. */
export function nothing(): ApiResponse {
  return plain(404, "404 page not found\n");
}
