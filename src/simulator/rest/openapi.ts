import { createHash } from "node:crypto";
import { isRecord } from "../../kubernetes/canonical.ts";
import type { ServedResource } from "../resource.ts";
import { definitionName } from "../schema/definitions.ts";
import type { Schema } from "../schema/schema.ts";

/*
 * What kubectl needs of the OpenAPI documents: which parameters and formats a PATCH takes, the schemas with their merge
 * keys, and which schema belongs to which kind.
 */

const info = { title: "Kubernetes", version: "v1.35.0" };
const patchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
const patchParameters = ["dryRun", "fieldManager", "fieldValidation", "force"];

/** Schemas by name, and how they are referred to. */
interface Components {
  readonly schemas: Record<string, unknown>;
  readonly prefix: string;
}

/** The document at `/openapi/v3`: where those of the groups and versions are. */
export function openApiIndex(resources: readonly ServedResource[]): unknown {
  const roots = [...new Set(resources.map(rootOf))];
  const paths = roots.map((root) => {
    const document = JSON.stringify(openApiV3(resources, root));
    const hash = createHash("sha512").update(document).digest("hex").toUpperCase();
    return [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(paths) as unknown };
}

/** The document at `/openapi/v3/ROOT`, such as `apis/apps/v1`; undefined where nothing is served. */
export function openApiV3(resources: readonly ServedResource[], root: string): unknown {
  const served = resources.filter((resource) => rootOf(resource) === root);
  if (served.length === 0) return undefined;
  const components: Components = { schemas: {}, prefix: "#/components/schemas/" };
  const paths = served.flatMap((resource) => {
    const schema = { $ref: components.prefix + addKind(resource, components) };
    const ok = { description: "OK", content: { "application/json": { schema } } };
    const operation = operationOf(resource);
    const type = { type: "string", uniqueItems: true };
    const parameters = patchParameters.map((name) => ({
      name,
      in: "query",
      schema: name === "force" ? { ...type, type: "boolean" } : type,
    }));
    const accepted = resource.custom ? patchTypes : [...patchTypes, "application/strategic-merge-patch+json"];
    const content = Object.fromEntries(accepted.map((one) => [one, { schema: { type: "object" } }]));
    const patch = {
      ...operation("patch"),
      parameters,
      requestBody: { content, required: true },
      responses: { 200: ok },
    };
    const get = { ...operation("get"), responses: { 200: ok } };
    return [[pathOf(resource), { get, patch }] as const];
  });
  return { openapi: "3.0.0", info, paths: Object.fromEntries(paths), components: { schemas: components.schemas } };
}

/** The document at `/openapi/v2`, of all that is served. */
export function openApiV2(resources: readonly ServedResource[]): unknown {
  const components: Components = { schemas: {}, prefix: "#/definitions/" };
  const paths = resources.map((resource) => {
    const schema = { $ref: components.prefix + addKind(resource, components) };
    const parameters = patchParameters.map((name) => ({ name, in: "query", type: "string", uniqueItems: true }));
    const consumes = resource.custom ? patchTypes : [...patchTypes, "application/strategic-merge-patch+json"];
    const operation = operationOf(resource);
    const responses = { 200: { description: "OK", schema } };
    const patch = { ...operation("patch"), consumes, parameters, responses };
    return [pathOf(resource), { get: { ...operation("get"), responses }, patch }];
  });
  return { swagger: "2.0", info, paths: Object.fromEntries(paths) as unknown, definitions: components.schemas };
}

function rootOf({ group, version }: ServedResource): string {
  return group === "" ? `api/${version}` : `apis/${group}/${version}`;
}

function pathOf(resource: ServedResource): string {
  const within = resource.namespaced ? "namespaces/{namespace}/" : "";
  return `/${rootOf(resource)}/${within}${resource.plural}/{name}`;
}

function operationOf({ group, version, kind }: ServedResource) {
  return (action: string) => ({
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
  });
}

/** Adds the schema of a kind, and of all that it refers to. Returns its name. */
function addKind(resource: ServedResource, components: Components): string {
  const { group, version, kind, schema } = resource;
  const [shortGroup = ""] = group === "" ? ["core"] : group.split(".");
  const name = resource.custom
    ? `${group.split(".").toReversed().join(".")}.${version}.${kind}`
    : `io.k8s.api.${shortGroup}.${version}.${kind}`;
  components.schemas[name] = {
    ...contentOf(schema, components),
    "x-kubernetes-group-version-kind": [{ group, version, kind }],
  };
  return name;
}

/** A schema as it stands in a document, where named ones are referred to. */
function shown(schema: Schema, components: Components): unknown {
  const name = definitionName(schema);
  if (name === undefined) return contentOf(schema, components);
  if (components.schemas[name] === undefined) {
    // Before its content, which may refer to it.
    components.schemas[name] = {};
    components.schemas[name] = contentOf(schema, components);
  }
  const reference = { $ref: components.prefix + name };
  const extras = Object.entries(schema).filter(([key]) => key.startsWith("x-kubernetes-patch") || key === "default");
  return extras.length === 0 ? reference : { allOf: [reference], ...Object.fromEntries(extras) };
}

function contentOf(schema: Schema, components: Components): Readonly<Record<string, unknown>> {
  const { properties, items, additionalProperties, ...rest } = schema;
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, shown(field, components)] as const);
  return {
    ...rest,
    ...(properties !== undefined && { properties: Object.fromEntries(fields) }),
    ...(items !== undefined && { items: shown(items, components) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: isRecord(additionalProperties)
        ? shown(additionalProperties, components)
        : additionalProperties,
    }),
  };
}
