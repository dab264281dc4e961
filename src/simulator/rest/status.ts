import type { Cause, ServedResource } from "../resource.ts";

/** What a Status names: a kind or a resource, and which one of it. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** The kind, or, which is more usual, the plural. */
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly { readonly reason?: string; readonly message: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
}

/** An answer that is not an object: what went wrong, or what was deleted. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly continue?: string };
  readonly status: "Failure" | "Success";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** A request that cannot be served. Becomes the answer at the edge. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: Status & { readonly code: number };

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: Status["metadata"] = {},
  ) {
    super(message);
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata,
      status: "Failure",
      message,
      ...(reason !== "" && { reason }),
      ...(details !== undefined && { details }),
      code,
    };
  }
}

type GroupResource = Pick<ServedResource, "group" | "plural">;
type GroupKind = Pick<ServedResource, "group" | "kind">;

/** `deployments.apps`, or `pods` in the core group: how messages name a resource, and the store a collection. */
export function qualified({ group, plural }: GroupResource): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: GroupResource, name: string): StatusDetails {
  return { ...(name !== "" && { name }), ...(group !== "" && { group }), kind: plural };
}

/** 404 for an object. */
export function notFound(resource: GroupResource, name: string): StatusError {
  return new StatusError(404, "NotFound", `${qualified(resource)} "${name}" not found`, detailsOf(resource, name));
}

/** 404 for a path that is not served in a group that is. */
export function noSuchResource(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

/** 405 for a method that the path does not take. */
export function methodNotAllowed(): StatusError {
  const message = "the server does not allow this method on the requested resource";
  return new StatusError(405, "MethodNotAllowed", message, {});
}

/** 409 for a create. */
export function alreadyExists(resource: GroupResource, name: string, isTerminating: boolean): StatusError {
  const message = `${qualified(resource)} "${name}" already exists`;
  const text = isTerminating ? `object is being deleted: ${message}` : message;
  return new StatusError(409, "AlreadyExists", text, detailsOf(resource, name));
}

/** 409 for a write that is based on something else than what is there. */
export function conflict(resource: GroupResource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, detailsOf(resource, name));
}

/** 409 for an update of an older version. */
export function modified(resource: GroupResource, name: string): StatusError {
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return conflict(resource, name, why);
}

/** 403; the causes are added to the details. */
export function forbidden(
  resource: GroupResource,
  name: string,
  why: string,
  causes?: NonNullable<StatusDetails["causes"]>,
): StatusError {
  const message = `${qualified(resource)} "${name}" is forbidden: ${why}`;
  const details = { ...detailsOf(resource, name), ...(causes !== undefined && { causes }) };
  return new StatusError(403, "Forbidden", message, details);
}

/** 422 with everything that is wrong with an object. */
export function invalid({ group, kind }: GroupKind, name: string, causes: readonly Cause[]): StatusError {
  const errors = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const list = errors.length === 1 ? errors.join("") : `[${errors.join(", ")}]`;
  const qualifiedKind = group === "" ? kind : `${kind}.${group}`;
  return new StatusError(422, "Invalid", `${qualifiedKind} "${name}" is invalid: ${list}`, {
    ...(name !== "" && { name }),
    ...(group !== "" && { group }),
    ...(kind !== "" && { kind }),
    causes: causes.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

/** 400. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 410: the version that is asked for is too old. `next` is a token with which a list can go on all the same. */
export function expired(message: string, next?: string): StatusError {
  return new StatusError(410, "Expired", message, undefined, next === undefined ? {} : { continue: next });
}

/** 504: the version that is asked for has not come yet. */
export function tooLargeVersion(wanted: number, current: number): StatusError {
  const cause = { reason: "ResourceVersionTooLarge", message: "Too large resource version" };
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  return new StatusError(504, "Timeout", message, { causes: [cause], retryAfterSeconds: 1 });
}

/** 415. `accepted` are media types. */
export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

/** 406. `accepted` are media types. */
export function notAcceptable(accepted: readonly string[]): StatusError {
  return new StatusError(406, "NotAcceptable", `only the following media types are accepted: ${accepted.join(", ")}`);
}

/** The answer to a deletion after which nothing is left to show. */
export function deleted({ group, plural }: GroupResource, name: string, uid: string | undefined): Status {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...(group !== "" && { group }), kind: plural, ...(uid !== undefined && { uid }) },
  };
}
