import type { ApiRequest, ApiResponse } from "../../kubernetes/transport.ts";
import { findResource, getObject } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { create } from "./create.ts";
import { cleanUpDefinitions } from "./definition-cleanup.ts";
import { removeAll } from "./delete-collection.ts";
import { remove } from "./delete.ts";
import { subresourcesOf, verbsOf } from "./discovery.ts";
import { document, nothing } from "./documents.ts";
import { evict } from "./eviction.ts";
import { list } from "./list.ts";
import { log } from "./log.ts";
import { deleteOptions } from "./options.ts";
import { answer, showEvents, showList, showObject, stream, viewOf } from "./output.ts";
import { patch } from "./patch.ts";
import { callOf, resourcePath } from "./request.ts";
import type { Call, Place } from "./request.ts";
import { review } from "./reviews.ts";
import { getScale, writeScale } from "./scale.ts";
import { StatusError, methodNotAllowed, noSuchResource } from "./status.ts";
import type { Written } from "./update.ts";
import { replace } from "./update.ts";
import { watch } from "./watch.ts";

/** Serves one request, failures included. */
export function dispatch(backend: Backend, request: ApiRequest): ApiResponse {
  try {
    const call = callOf(request);
    const response = serve(backend, call);
    if (call.method !== "GET") cleanUpDefinitions(backend);
    return response;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return answer(error.status.code, error.status);
  }
}

function serve(backend: Backend, call: Call): ApiResponse {
  const reviewed = review(call);
  if (reviewed !== undefined) return answer(201, reviewed);
  const known = document(backend, call);
  if (known !== undefined) return known;
  const place = placeOf(backend, call.path);
  if (place === undefined) return nothing();
  if (place.subresource !== "") return serveSubresource(backend, place, call);
  return place.name === "" ? serveCollection(backend, place, call) : serveObject(backend, place, call);
}

/** @throws StatusError 404 */
function placeOf(backend: Backend, path: string): Place | undefined {
  const parts = resourcePath(path);
  if (parts === undefined) return undefined;
  const { group, version, plural, namespace, name, subresource } = parts;
  const resource = findResource(backend, group, plural, version);
  if (resource === undefined) {
    const served = backend.resources().filter((one) => one.group === group && one.version === version);
    if (served.some(({ custom }) => !custom)) throw noSuchResource();
    return undefined;
  }
  const isInNamespace = resource.namespaced ? namespace !== "" || name === "" : namespace === "";
  if (!isInNamespace) throw noSuchResource();
  if (subresource !== "" && !subresourcesOf(resource).some((one) => one.name === subresource)) throw noSuchResource();
  return { resource, namespace, name, subresource };
}

function serveCollection(backend: Backend, place: Place, call: Call): ApiResponse {
  const { resource, namespace } = place;
  const { clock } = backend;
  const view = viewOf(call);
  switch (call.method) {
    case "GET": {
      if (["true", "1"].includes(call.query.get("watch") ?? "")) {
        const events = watch(backend, place, call);
        return stream(
          200,
          "application/json",
          showEvents(resource, events, view, () => clock.now()),
        );
      }
      return answer(200, showList(resource, list(backend, place, call), view, clock.now()));
    }
    case "POST": {
      if (resource.namespaced && namespace === "") throw methodNotAllowed();
      const object = create(backend, place, call);
      return answer(201, showObject(resource, object, view, clock.now()), call.warnings);
    }
    case "DELETE":
      if (!verbsOf(resource).includes("deletecollection")) throw methodNotAllowed();
      return answer(200, showList(resource, removeAll(backend, place, call), view, clock.now()));
    case "PUT":
    case "PATCH":
      throw methodNotAllowed();
  }
}

function serveObject(backend: Backend, place: Place, call: Call): ApiResponse {
  const view = viewOf(call);
  const shown = (code: number, object: Written["object"]): ApiResponse =>
    answer(code, showObject(place.resource, object, view, backend.clock.now()), call.warnings);
  switch (call.method) {
    case "GET":
      return shown(200, getObject(backend, place));
    case "PUT":
    case "PATCH": {
      const { object, created } = (call.method === "PUT" ? replace : patch)(backend, place, call);
      return shown(created ? 201 : 200, object);
    }
    case "DELETE": {
      const left = remove(backend, place, deleteOptions(call));
      return left.kind === "Status" ? answer(200, left) : shown(200, left as Written["object"]);
    }
    case "POST":
      throw methodNotAllowed();
  }
}

function serveSubresource(backend: Backend, place: Place, call: Call): ApiResponse {
  const { resource, subresource } = place;
  const { scale } = resource;
  const verb = { GET: "get", POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" }[call.method];
  const { verbs = [] } = subresourcesOf(resource).find(({ name }) => name === subresource) ?? {};
  if (!verbs.includes(verb)) throw methodNotAllowed();
  if (subresource === "log") return stream(200, "text/plain", log(backend, place, call));
  if (subresource === "eviction") return answer(201, evict(backend, place, call));
  if (subresource === "scale" && scale !== undefined) {
    const at = { ...place, scale };
    return answer(200, verb === "get" ? getScale(backend, at) : writeScale(backend, at, call), call.warnings);
  }
  return serveObject(backend, place, call);
}
