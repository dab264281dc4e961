import type { Resource } from "../../kubernetes/resources.ts";
import type { StoredObject } from "../resource.ts";
import { at, done, listAt } from "./answers.ts";
import type { Api } from "./api.ts";
import { customResourceDefinitions } from "./resources.ts";

/** The schema of a Widget where a behaviour does not bring its own. */
const widgetSchema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "integer", minimum: 1, maximum: 10 },
        colour: { type: "string", enum: ["red", "green"], default: "red" },
        code: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
        parts: {
          type: "array",
          maxItems: 3,
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string" }, count: { type: "integer", default: 1 } },
          },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
        },
        tags: { type: "array", items: { type: "string" } },
        port: { "x-kubernetes-int-or-string": true },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        limits: { type: "object", additionalProperties: { type: "integer" } },
        note: { type: "string", nullable: true },
        replicas: { type: "integer" },
      },
    },
    status: {
      type: "object",
      properties: { phase: { type: "string" }, replicas: { type: "integer" }, selector: { type: "string" } },
    },
  },
};

/** One version of the definition of Widgets. */
const widgetVersion = {
  name: "v1",
  served: true,
  storage: true,
  schema: { openAPIV3Schema: widgetSchema },
  subresources: {
    status: {},
    scale: {
      specReplicasPath: ".spec.replicas",
      statusReplicasPath: ".status.replicas",
      labelSelectorPath: ".status.selector",
    },
  },
};

/** A Widget for `create`. */
export function widget(name: string, spec: object = {}): StoredObject {
  return { metadata: { name }, spec: { size: 3, ...spec } };
}

/** The resource of this behaviour's Widgets: their group is named after its namespace. */
export function widgetResource({ namespace }: Api, version = "v1"): Resource {
  return { group: `${namespace}.example.com`, version, kind: "Widget", plural: "widgets", namespaced: true };
}

/** The definition of Widgets, with other fields in its only version. */
export function widgetDefinition(api: Api, version: object = {}): StoredObject {
  const { group, kind, plural } = widgetResource(api);
  return {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { plural, singular: "widget", kind, listKind: "WidgetList", shortNames: ["wd"], categories: ["toys"] },
      scope: "Namespaced",
      versions: [{ ...widgetVersion, ...version }],
    },
  };
}

/** Makes the API server serve Widgets until the behaviour is over, and waits until it does. */
export async function define(api: Api, definition: StoredObject = widgetDefinition(api)): Promise<Resource> {
  const { name } = definition.metadata;
  done(await api.create(customResourceDefinitions, definition));
  api.afterwards(async () => api.delete(customResourceDefinitions, name));
  await api.eventually("the definition is established", async () =>
    listAt(done(await api.get(customResourceDefinitions, name)), "status.conditions").find(
      (condition) => at(condition, "type") === "Established" && at(condition, "status") === "True",
    ),
  );
  const resource = widgetResource(api);
  await api.eventually("the resource is served", async () => done(await api.list(resource)));
  return resource;
}
