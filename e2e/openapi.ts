/**
 * `node e2e/openapi.ts DIRECTORY|URL`: what the simulator knows of the builtin kinds, into
 * src/simulator/schema/builtin.json.
 *
 * DIRECTORY holds documents as `kubectl get --raw /openapi/v3/apis/apps/v1 > apis_apps_v1.json` writes them; URL is that
 * of an API server that asks for no login, such as `kubectl proxy`. Run it again for each new version of Kubernetes.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

type Json = Readonly<Record<string, unknown>>;

/** Which kinds of which document are served. */
const served: Readonly<Record<string, readonly string[]>> = {
  "api/v1": ["Namespace", "Pod", "Service", "ConfigMap", "Secret", "ServiceAccount", "Event", "Endpoints", "Node"],
  "apis/apps/v1": ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"],
  "apis/autoscaling/v2": ["HorizontalPodAutoscaler"],
  "apis/batch/v1": ["Job"],
  "apis/coordination.k8s.io/v1": ["Lease"],
  "apis/discovery.k8s.io/v1": ["EndpointSlice"],
  "apis/networking.k8s.io/v1": ["Ingress", "IngressClass", "NetworkPolicy"],
  "apis/policy/v1": ["PodDisruptionBudget"],
  "apis/rbac.authorization.k8s.io/v1": ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"],
  "apis/apiextensions.k8s.io/v1": ["CustomResourceDefinition"],
};

/** Types whose JSON is not what their schema in OpenAPI says, by the last part of their name. */
const special: Readonly<Record<string, Json>> = {
  IntOrString: { "x-kubernetes-int-or-string": true },
  MicroTime: { type: "string", format: "micro-time" },
  Quantity: { type: "string", format: "quantity" },
  FieldsV1: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  JSON: { "x-kubernetes-preserve-unknown-fields": true },
  JSONSchemaPropsOrArray: { "x-kubernetes-preserve-unknown-fields": true },
  JSONSchemaPropsOrBool: { "x-kubernetes-preserve-unknown-fields": true },
  JSONSchemaPropsOrStringArray: { "x-kubernetes-preserve-unknown-fields": true },
};

const facts = [
  "type",
  "format",
  "enum",
  "required",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-map-type",
  "x-kubernetes-patch-strategy",
  "x-kubernetes-patch-merge-key",
];

const source = process.argv[2];
if (source === undefined) throw new Error("which directory or URL?");
const definitions: Record<string, Json> = {};
for (const [path, kinds] of Object.entries(served)) await collect(path, kinds);
const lines = Object.keys(definitions)
  .sort()
  .map((name) => `${JSON.stringify(name)}:${JSON.stringify(definitions[name])}`);
await writeFile(new URL("../src/simulator/schema/builtin.json", import.meta.url), `{\n${lines.join(",\n")}\n}\n`);

async function collect(path: string, kinds: readonly string[]): Promise<void> {
  const { components } = JSON.parse(await read(path)) as { components: { schemas: Readonly<Record<string, Json>> } };
  const versions = path.split("/").slice(1).join("/");
  for (const kind of kinds) {
    const name = Object.keys(components.schemas).find((key) => isKind(components.schemas[key] ?? {}, versions, kind));
    if (name === undefined) throw new Error(`no ${kind} in ${path}`);
    define(components.schemas, name);
  }
}

function isKind(schema: Json, versions: string, kind: string): boolean {
  const kinds = (schema["x-kubernetes-group-version-kind"] ?? []) as readonly Readonly<Record<string, string>>[];
  return kinds.some(
    (each) =>
      each["kind"] === kind && [each["group"], each["version"]].filter((part) => part !== "").join("/") === versions,
  );
}

async function read(path: string): Promise<string> {
  if (!/^https?:/.test(source ?? "")) return readFile(join(source ?? "", `${path.replaceAll("/", "_")}.json`), "utf8");
  const answer = await fetch(`${source ?? ""}/openapi/v3/${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${answer.statusText}`);
  return answer.text();
}

/** Puts a type and all that it is made of among the definitions, each once. */
function define(schemas: Readonly<Record<string, Json>>, name: string): void {
  if (short(name) in definitions) return;
  definitions[short(name)] = {};
  definitions[short(name)] = convert(schemas, schemas[name] ?? {});
}

/** Version and type, with the group where the core group has types of the same name: `v1.Pod`, `discovery.v1.EndpointPort`. */
function short(name: string): string {
  const parts = name.split(".");
  return parts.slice(parts.includes("discovery") ? -3 : -2).join(".");
}

function convert(schemas: Readonly<Record<string, Json>>, schema: Json): Json {
  const ref = schema["$ref"] ?? (schema["allOf"] as readonly Json[] | undefined)?.[0]?.["$ref"];
  const nested = (key: string): Json =>
    key in schema && typeof schema[key] === "object" ? { [key]: convert(schemas, schema[key] as Json) } : {};
  return {
    ...Object.fromEntries(facts.filter((key) => key in schema).map((key) => [key, schema[key]])),
    ...(typeof ref === "string" && refer(schemas, ref.split("/").at(-1) ?? "")),
    ...("properties" in schema && { properties: properties(schemas, schema) }),
    ...nested("items"),
    ...nested("additionalProperties"),
  };
}

function refer(schemas: Readonly<Record<string, Json>>, name: string): Json {
  const type = name.split(".").at(-1) ?? "";
  const { description: _, ...schema } = schemas[name] ?? {};
  if (type in special) return special[type] ?? {};
  if (schema["type"] === "string") return schema;
  if (Object.keys(schema).join() === "type") return { ...schema, "x-kubernetes-preserve-unknown-fields": true };
  define(schemas, name);
  return { $ref: short(name) };
}

/** A default of `{}`, 0 or false says that the field is always there. The empty text is as good as no default. */
function properties(schemas: Readonly<Record<string, Json>>, schema: Json): Json {
  return Object.fromEntries(
    Object.entries(schema["properties"] as Readonly<Record<string, Json>>).map(([name, property]) => [
      name,
      {
        ...convert(schemas, property),
        ...("default" in property && property["default"] !== "" && { default: property["default"] }),
      },
    ]),
  );
}
