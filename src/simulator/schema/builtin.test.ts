import { expect, test } from "vitest";
import { builtinResources } from "./builtin.ts";
import type { Schema } from "./schema.ts";

/** As `kubectl api-resources` prints them: name, short names, version, namespaced, kind, categories; then subresources. */
test("the kinds of the API server", () => {
  const lines = builtinResources.map((resource) =>
    [
      resource.plural,
      resource.shortNames.join(),
      resource.group === "" ? resource.version : `${resource.group}/${resource.version}`,
      resource.namespaced,
      resource.kind,
      resource.categories.join(),
      [
        resource.status ? "status" : "",
        resource.scale === undefined ? "" : "scale",
        resource.generation ? "generation" : "",
      ]
        .filter((each) => each !== "")
        .join(),
    ].join(" | "),
  );
  expect(lines.sort()).toMatchInlineSnapshot(`
    [
      "clusterrolebindings |  | rbac.authorization.k8s.io/v1 | false | ClusterRoleBinding |  | ",
      "clusterroles |  | rbac.authorization.k8s.io/v1 | false | ClusterRole |  | ",
      "configmaps | cm | v1 | true | ConfigMap |  | ",
      "customresourcedefinitions | crd,crds | apiextensions.k8s.io/v1 | false | CustomResourceDefinition | api-extensions | status,generation",
      "daemonsets | ds | apps/v1 | true | DaemonSet | all | status,generation",
      "deployments | deploy | apps/v1 | true | Deployment | all | status,scale,generation",
      "endpoints | ep | v1 | true | Endpoints |  | ",
      "endpointslices |  | discovery.k8s.io/v1 | true | EndpointSlice |  | generation",
      "events | ev | v1 | true | Event |  | ",
      "horizontalpodautoscalers | hpa | autoscaling/v2 | true | HorizontalPodAutoscaler | all | status",
      "ingressclasses |  | networking.k8s.io/v1 | false | IngressClass |  | generation",
      "ingresses | ing | networking.k8s.io/v1 | true | Ingress |  | status,generation",
      "jobs |  | batch/v1 | true | Job | all | status,generation",
      "leases |  | coordination.k8s.io/v1 | true | Lease |  | ",
      "namespaces | ns | v1 | false | Namespace |  | status",
      "networkpolicies | netpol | networking.k8s.io/v1 | true | NetworkPolicy |  | generation",
      "nodes | no | v1 | false | Node |  | status",
      "poddisruptionbudgets | pdb | policy/v1 | true | PodDisruptionBudget |  | status,generation",
      "pods | po | v1 | true | Pod | all | status,generation",
      "replicasets | rs | apps/v1 | true | ReplicaSet | all | status,scale,generation",
      "rolebindings |  | rbac.authorization.k8s.io/v1 | true | RoleBinding |  | ",
      "roles |  | rbac.authorization.k8s.io/v1 | true | Role |  | ",
      "secrets |  | v1 | true | Secret |  | ",
      "serviceaccounts | sa | v1 | true | ServiceAccount |  | ",
      "services | svc | v1 | true | Service | all | status",
      "statefulsets | sts | apps/v1 | true | StatefulSet | all | status,scale,generation",
    ]
  `);
});

test("columns are those of kubectl get, and with -o wide those in brackets", () => {
  const headers = builtinResources.map(
    ({ kind, columns }) =>
      `${kind}: ${columns.map(({ name, priority }) => (priority === 0 ? name : `[${name}]`).toUpperCase()).join(" ")}`,
  );
  expect(headers).toMatchInlineSnapshot(`
    [
      "Namespace: NAME STATUS AGE",
      "Node: NAME STATUS ROLES AGE VERSION [INTERNAL-IP] [EXTERNAL-IP] [OS-IMAGE] [KERNEL-VERSION] [CONTAINER-RUNTIME]",
      "ServiceAccount: NAME AGE",
      "Lease: NAME HOLDER AGE",
      "Pod: NAME READY STATUS RESTARTS AGE [IP] [NODE] [NOMINATED NODE] [READINESS GATES]",
      "Service: NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE [SELECTOR]",
      "Endpoints: NAME ENDPOINTS AGE",
      "EndpointSlice: NAME ADDRESSTYPE PORTS ENDPOINTS AGE",
      "ConfigMap: NAME DATA AGE",
      "Secret: NAME TYPE DATA AGE",
      "Event: LAST SEEN TYPE REASON OBJECT [SUBOBJECT] [SOURCE] MESSAGE [FIRST SEEN] [COUNT] [NAME]",
      "Deployment: NAME READY UP-TO-DATE AVAILABLE AGE [CONTAINERS] [IMAGES] [SELECTOR]",
      "ReplicaSet: NAME DESIRED CURRENT READY AGE [CONTAINERS] [IMAGES] [SELECTOR]",
      "DaemonSet: NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE [CONTAINERS] [IMAGES] [SELECTOR]",
      "StatefulSet: NAME READY AGE [CONTAINERS] [IMAGES]",
      "HorizontalPodAutoscaler: NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE",
      "Job: NAME STATUS COMPLETIONS DURATION AGE [CONTAINERS] [IMAGES] [SELECTOR]",
      "Ingress: NAME CLASS HOSTS ADDRESS PORTS AGE",
      "IngressClass: NAME CONTROLLER PARAMETERS AGE",
      "NetworkPolicy: NAME POD-SELECTOR AGE",
      "PodDisruptionBudget: NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE",
      "Role: NAME CREATED AT",
      "ClusterRole: NAME CREATED AT",
      "RoleBinding: NAME ROLE AGE [USERS] [GROUPS] [SERVICEACCOUNTS]",
      "ClusterRoleBinding: NAME ROLE AGE [USERS] [GROUPS] [SERVICEACCOUNTS]",
      "CustomResourceDefinition: NAME CREATED AT",
    ]
  `);
});

test.each(builtinResources.map((resource) => [resource.kind, resource] as const))(
  "an incomplete %s does no harm, and what is completed stays so",
  (kind, resource) => {
    const objects = variants(sample(resource.schema, kind === "Pod" ? 4 : 5)).map((fields) => ({
      apiVersion: "v1",
      kind,
      ...(fields as object),
      metadata: { name: "a" },
    }));
    for (const object of objects) resource.validate(resource.complete(object), object);
    for (const object of objects.slice(0, 1)) {
      const complete = resource.complete(object);
      expect(resource.complete(complete)).toEqual(complete);
    }
  },
);

/** A value with all that the schema knows, down to a depth. */
function sample(schema: Schema, depth: number): unknown {
  if (schema["x-kubernetes-int-or-string"] === true) return 1;
  switch (schema.type) {
    case "string":
      return schema.format === "date-time" ? "2026-01-01T00:00:00Z" : schema.format === "quantity" ? "1" : "text";
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "array":
      return depth === 0 || schema.items === undefined ? [] : [sample(schema.items, depth - 1)];
    case "object":
      return depth === 0 ? {} : samples(schema, depth);
    default:
      return {};
  }
}

function samples({ properties = {}, additionalProperties }: Schema, depth: number): object {
  if (typeof additionalProperties === "object") return { key: sample(additionalProperties, depth - 1) };
  return Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, sample(child, depth - 1)]));
}

/** The value, and copies that each lack one field. */
function variants(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [value];
  if (Array.isArray(value)) return value.flatMap((item) => variants(item).map((variant) => [variant]));
  const fields = Object.entries(value);
  return [
    value,
    ...fields.flatMap(([name, field]) => {
      const others = fields.filter(([other]) => other !== name);
      return [
        Object.fromEntries(others),
        ...variants(field).map((variant) => Object.fromEntries([...others, [name, variant]])),
      ];
    }),
  ];
}
