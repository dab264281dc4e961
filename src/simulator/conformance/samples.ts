import type { StoredObject } from "../resource.ts";

/** No scheduler takes these pods: they stay as they are until a behaviour writes their status. */
export const podSpec = {
  schedulerName: "nobody",
  terminationGracePeriodSeconds: 0,
  containers: [{ name: "app", image: "example.com/app:1.0" }],
};

/** A pod for `create`. */
export function pod(name: string, labels: Readonly<Record<string, string>> = {}): StoredObject {
  return { metadata: { name, labels }, spec: podSpec };
}

/** A Deployment for `create`, with more fields of its spec. */
export function deployment(name: string, spec: object = {}): StoredObject {
  return {
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec },
      ...spec,
    },
  };
}

/** A ConfigMap for `create`. */
export function configMap(name: string, data: Readonly<Record<string, string>> = { key: "value" }): StoredObject {
  return { metadata: { name }, data };
}

/** A ConfigMap with labels. */
export function labelled(name: string, labels: Readonly<Record<string, string>>): StoredObject {
  return { metadata: { name, labels } };
}
