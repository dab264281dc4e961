import { Unreachable } from "../http.ts";
import { ApiError, NotFound } from "../kubernetes/errors.ts";
import type { ObjectAt } from "../kubernetes/change.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { Cluster } from "./cluster.ts";

/** A write of which nobody knows whether it was carried out: what the cache has of the object may be out of date. */
export class Unconfirmed extends Error {
  override readonly name = "Unconfirmed";
  readonly at: ObjectAt;

  constructor(at: ObjectAt, cause: unknown) {
    super(String(cause), { cause });
    this.at = at;
  }
}

/**
 * Writes, and takes in the answer.
 * @throws Unconfirmed when there is none, or one that leaves open what has happened
 */
export async function write<T extends KubeObject>(
  cluster: Cluster,
  at: ObjectAt<T>,
  send: () => Promise<T>,
): Promise<void> {
  try {
    cluster.learn(at.resource, await send());
  } catch (error) {
    if (error instanceof Unreachable || (error instanceof ApiError && error.status >= 500)) {
      throw new Unconfirmed(at, error);
    }
    throw error;
  }
}

/** Reads what the cache may be wrong about. */
export async function reread(cluster: Cluster, { resource, key }: ObjectAt): Promise<void> {
  try {
    cluster.learn(resource, await cluster.client.get(resource, key));
  } catch (error) {
    // It was not created, or has been deleted since, which its watch tells.
    if (!(error instanceof NotFound)) throw error;
  }
}
