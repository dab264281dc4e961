import type { Clock } from "../../clock.ts";
import type { ApiRequest, Transport } from "../../kubernetes/transport.ts";
import { callOf, resourcePath } from "./request.ts";
import type { Call, ResourcePath } from "./request.ts";

/** What was asked and answered, in the fields of an Event of audit.k8s.io/v1 at the level Metadata. */
export interface AuditEvent {
  readonly kind: "Event";
  readonly apiVersion: "audit.k8s.io/v1";
  readonly level: "Metadata";
  readonly stage: "ResponseComplete";
  readonly requestURI: string;
  readonly verb: string;
  readonly userAgent: string;
  /** For requests of resources. */
  readonly objectRef?: ObjectReference;
  readonly responseStatus: { readonly code: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

interface ObjectReference {
  readonly resource: string;
  readonly apiGroup?: string;
  readonly apiVersion: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** The transport, each of whose answers is told: a watch when it begins. */
export function audited(transport: Transport, clock: Clock, tell: (event: AuditEvent) => void): Transport {
  return async (request) => {
    const received = new Date(clock.now()).toISOString();
    const answer = await transport(request);
    tell({
      ...eventOf(request),
      responseStatus: { code: answer.status },
      requestReceivedTimestamp: received,
      stageTimestamp: new Date(clock.now()).toISOString(),
    });
    return answer;
  };
}

function eventOf(
  request: ApiRequest,
): Omit<AuditEvent, "responseStatus" | "requestReceivedTimestamp" | "stageTimestamp"> {
  const call = callOf(request);
  const path = resourcePath(call.path);
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    stage: "ResponseComplete",
    requestURI: request.path,
    verb: path === undefined ? call.method.toLowerCase() : verbOf(call, path),
    userAgent: call.headers["user-agent"] ?? "",
    ...(path !== undefined && { objectRef: referenceOf(path) }),
  };
}

function verbOf({ method, query }: Call, { name }: ResourcePath): string {
  switch (method) {
    case "GET":
      if (["true", "1"].includes(query.get("watch") ?? "")) return "watch";
      return name === "" ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
  }
}

function referenceOf({ group, version, namespace, plural, name, subresource }: ResourcePath): ObjectReference {
  return {
    resource: plural,
    ...(group !== "" && { apiGroup: group }),
    apiVersion: version,
    ...(namespace !== "" && { namespace }),
    ...(name !== "" && { name }),
    ...(subresource !== "" && { subresource }),
  };
}
