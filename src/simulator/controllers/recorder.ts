import type { Clock } from "../../clock.ts";
import { Forbidden, NotFound } from "../../kubernetes/errors.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import { apiVersionOf, events } from "../../kubernetes/resources.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import type { ControllerClient } from "./controller-client.ts";
import { hashOf } from "./names.ts";
import { timestamp } from "../../timestamp.ts";

/** What is said about an object, and by which controller. */
export interface Occurrence {
  readonly component: string;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Writes an event about an object. The same about the same object is one Event whose count grows. */
export type Record = (resource: Resource, about: KubeObject, occurrence: Occurrence) => void;

/** Events are written one after another, off the path of the controllers. `onError` is told of each that is lost. */
export function createRecorder(client: ControllerClient, clock: Clock, onError: (error: unknown) => void): Record {
  const counts = new Map<string, number>();
  let writing = Promise.resolve();

  async function write(resource: Resource, about: KubeObject, occurrence: Occurrence, time: string): Promise<void> {
    const { component, ...told } = occurrence;
    const { name, namespace = "default", uid = "", resourceVersion = "" } = about.metadata;
    const key = { namespace, name: `${name}.${hashOf([uid, occurrence])}` };
    const count = (counts.get(`${namespace}/${key.name}`) ?? 0) + 1;
    counts.set(`${namespace}/${key.name}`, count);
    if (count > 1) {
      await client.patch(events, key, { type: "merge", body: { count, lastTimestamp: time } });
      return;
    }
    const involvedObject = {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      name,
      ...(about.metadata.namespace !== undefined && { namespace }),
      uid,
      resourceVersion,
    };
    await client.create(events, {
      metadata: key,
      involvedObject,
      ...told,
      source: { component },
      reportingComponent: component,
      reportingInstance: "",
      firstTimestamp: time,
      lastTimestamp: time,
      count,
    });
  }

  return (resource, about, occurrence) => {
    const time = timestamp(clock.now());
    writing = writing
      .then(() => write(resource, about, occurrence, time))
      .catch((error: unknown) => {
        // A namespace that is being deleted, or is gone, takes no events.
        if (!(error instanceof Forbidden || error instanceof NotFound)) onError(error);
      });
  };
}
