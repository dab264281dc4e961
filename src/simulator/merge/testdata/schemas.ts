import type { Schema } from "../../schema/schema.ts";

const text: Schema = { type: "string" };
const texts: Schema = { type: "object", additionalProperties: text };

const metadata: Schema = {
  type: "object",
  properties: {
    name: text,
    namespace: text,
    uid: text,
    resourceVersion: text,
    generation: { type: "integer" },
    creationTimestamp: { type: "string", format: "date-time" },
    labels: texts,
    annotations: texts,
    finalizers: {
      type: "array",
      items: text,
      "x-kubernetes-list-type": "set",
      "x-kubernetes-patch-strategy": "merge",
    },
  },
};

const port: Schema = {
  type: "object",
  required: ["containerPort"],
  properties: { containerPort: { type: "integer" }, protocol: { type: "string", default: "TCP" }, name: text },
};

function keyed(items: Schema, mergeKey: string, keys: readonly string[] = [mergeKey]): Schema {
  return {
    type: "array",
    items,
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": keys,
    "x-kubernetes-patch-strategy": "merge",
    "x-kubernetes-patch-merge-key": mergeKey,
  };
}

const container: Schema = {
  type: "object",
  required: ["name"],
  properties: {
    name: text,
    image: text,
    args: { type: "array", items: text, "x-kubernetes-list-type": "atomic" },
    env: keyed({ type: "object", properties: { name: text, value: text } }, "name"),
    ports: keyed(port, "containerPort", ["containerPort", "protocol"]),
    resources: { type: "object", default: {}, properties: { limits: texts } },
  },
};

/** A part of the builtin kind Deployment, marked as the API server's own schema is. */
export const deployment: Schema = {
  type: "object",
  properties: {
    apiVersion: text,
    kind: text,
    metadata: { ...metadata, default: {} },
    spec: {
      type: "object",
      default: {},
      required: ["selector", "template"],
      properties: {
        replicas: { type: "integer" },
        paused: { type: "boolean" },
        selector: { type: "object", "x-kubernetes-map-type": "atomic", properties: { matchLabels: texts } },
        strategy: {
          type: "object",
          default: {},
          "x-kubernetes-patch-strategy": "retainKeys",
          properties: {
            type: text,
            rollingUpdate: { type: "object", properties: { maxSurge: { "x-kubernetes-int-or-string": true } } },
          },
        },
        template: {
          type: "object",
          default: {},
          properties: {
            metadata: { ...metadata, default: {} },
            spec: {
              type: "object",
              default: {},
              required: ["containers"],
              properties: {
                containers: keyed(container, "name"),
                nodeSelector: { ...texts, "x-kubernetes-map-type": "atomic" },
              },
            },
          },
        },
      },
    },
    status: { type: "object", default: {}, properties: { readyReplicas: { type: "integer" } } },
  },
};

/** A custom kind: nothing is there that nobody wrote, and `spec.free` takes any field. */
export const widget: Schema = {
  type: "object",
  properties: {
    apiVersion: text,
    kind: text,
    metadata,
    spec: {
      type: "object",
      properties: {
        size: { type: "integer" },
        parts: { type: "object", additionalProperties: { type: "object", properties: { a: text, b: text } } },
        tags: { type: "array", items: text, "x-kubernetes-list-type": "set" },
        steps: { type: "array", items: text },
        rules: keyed({ type: "object", properties: { id: text, weight: { type: "integer" } } }, "id"),
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    },
  },
};
