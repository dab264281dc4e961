import { canaries } from "../api/canary.ts";
import type { Canary } from "../api/canary.ts";
import { sourceName } from "../api/names.ts";
import type { RequestOptions } from "../kubernetes/client.ts";
import { Conflict } from "../kubernetes/errors.ts";
import type { Cluster } from "./cluster.ts";

/**
 * The cluster, for one turn: before its first write the Canary is read from the API server itself. An operator whose
 * watches have fallen silent, or which does not know yet that another one leads, would else undo what has happened since.
 * A write throws Conflict when the Canary has changed, and NotFound when it is gone.
 */
export function fenced(cluster: Cluster, canary: Canary): Cluster {
  const { client } = cluster;
  let checked: Promise<void> | undefined;

  async function check(options: RequestOptions = {}): Promise<void> {
    const live = await client.get(canaries, canary.metadata, options);
    if (live.metadata.resourceVersion === canary.metadata.resourceVersion) return;
    cluster.canaries.learn(live);
    throw new Conflict(`canary ${sourceName(canary)} has just changed`, 409, "Conflict");
  }

  async function first<T>(options: RequestOptions | undefined, write: () => Promise<T>): Promise<T> {
    await (checked ??= check(options));
    return write();
  }

  return {
    ...cluster,
    client: {
      ...client,
      create: (resource, object, options) => first(options, () => client.create(resource, object, options)),
      replace: (resource, object, options) => first(options, () => client.replace(resource, object, options)),
      patch: (resource, key, patch, options) => first(options, () => client.patch(resource, key, patch, options)),
      delete: (resource, key, options) => first(options, () => client.delete(resource, key, options)),
    },
  };
}
