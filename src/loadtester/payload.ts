import { InvalidTask } from "./errors.ts";

/** What the load tester reads of a webhook's body. Name and namespace are empty where they are not given. */
export interface Payload {
  readonly name: string;
  readonly namespace: string;
  readonly metadata: Metadata;
}

/** Says what to do: see the kinds of tasks. */
export type Metadata = Readonly<Record<string, string>>;

/**
 * Reads a webhook's body: a JSON object, in which other fields are no mistake.
 * @throws InvalidTask
 */
export function parsePayload(body: unknown): Payload {
  const { name = "", namespace = "", metadata = {} } = parseObject(body);
  if (typeof name !== "string" || typeof namespace !== "string") {
    throw new InvalidTask("name and namespace must be strings");
  }
  if (!isMetadata(metadata)) throw new InvalidTask("metadata must be an object of strings");
  return { name, namespace, metadata };
}

function parseObject(body: unknown): {
  readonly name?: unknown;
  readonly namespace?: unknown;
  readonly metadata?: unknown;
} {
  try {
    const value: unknown = JSON.parse(typeof body === "string" ? body : "");
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw new InvalidTask("the body is not JSON", { cause });
  }
  throw new InvalidTask("the body is not a JSON object");
}

function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((entry) => typeof entry === "string");
}
