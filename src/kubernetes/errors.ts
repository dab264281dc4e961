/** The API server answered with a failure. One subclass per meaning; `status` is the HTTP status code. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";
  readonly status: number;
  /** The machine-readable reason of the Status object, for example `AlreadyExists`. */
  readonly reason: string;

  constructor(message: string, status: number, reason: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.reason = reason;
  }
}

/** 404: no such object, or no such resource (its CRD is not installed). */
export class NotFound extends ApiError {
  override readonly name = "NotFound";
}

/** 409: the object changed since it was read, or another field manager owns a field. */
export class Conflict extends ApiError {
  override readonly name = "Conflict";
}

/** 409 on create: an object of that name exists. */
export class AlreadyExists extends ApiError {
  override readonly name = "AlreadyExists";
}

/** 410: the resource version of a watch or of a list's continuation is too old. */
export class Gone extends ApiError {
  override readonly name = "Gone";
}

/** 400 or 422: the API server's validation rejected the object. */
export class Invalid extends ApiError {
  override readonly name = "Invalid";
}

/** 401 or 403: the operator's account may not do this. */
export class Forbidden extends ApiError {
  override readonly name = "Forbidden";
}

/** 429 or 503: the API server asks for patience. `retryAfterMs` is what it asked for, 1000 if it did not say. */
export class TooManyRequests extends ApiError {
  override readonly name = "TooManyRequests";
  readonly retryAfterMs: number;

  constructor(message: string, reason: string, retryAfterMs: number) {
    super(message, 429, reason);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The error that the API server's failure is. `status` is its HTTP status code, `reason` that of its Status object.
 * `retryAfterMs` matters for 429 and 503 only.
 */
export function apiErrorOf(message: string, status: number, reason: string, retryAfterMs = 1000): ApiError {
  switch (status) {
    case 400:
    case 422:
      return new Invalid(message, status, reason);
    case 401:
    case 403:
      return new Forbidden(message, status, reason);
    case 404:
      return new NotFound(message, status, reason);
    case 409:
      return reason === "AlreadyExists"
        ? new AlreadyExists(message, status, reason)
        : new Conflict(message, status, reason);
    case 410:
      return new Gone(message, status, reason);
    case 429:
    case 503:
      return new TooManyRequests(message, reason, retryAfterMs);
    default:
      return new ApiError(message, status, reason);
  }
}

/** The configuration of the API server's client cannot be used: the message names the file and the field. */
export class InvalidConfig extends Error {
  override readonly name = "InvalidConfig";
}
