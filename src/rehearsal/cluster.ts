import { crds } from "../api/crds.ts";
import type { Clock } from "../clock.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { createClient } from "../kubernetes/http-client.ts";
import type { Manifest } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";
import { createApiServer } from "../simulator/apiserver.ts";
import { kinds } from "../simulator/controllers/kinds.ts";
import { createVirtualClock } from "../virtual-clock.ts";
import type { ApiServer } from "../simulator/apiserver.ts";

export const customResourceDefinitions: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

/** When all clusters begin, in milliseconds since the Unix epoch. */
export const began = Date.parse("2026-01-01T00:00:00Z");

/** HTTPRoutes as the Gateway API serves them, with any spec. */
const httpRouteDefinition = definitionOf(
  { group: "gateway.networking.k8s.io", version: "v1", kind: "HTTPRoute", plural: "httproutes", namespaced: true },
  [versionOf("v1", true), versionOf("v1beta1", false)],
);

/** A definition of objects with any spec and status. */
export function definitionOf(
  { group, version, kind, plural, namespaced }: Resource,
  versions: readonly object[] = [versionOf(version, true)],
): Manifest {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: { group, scope: namespaced ? "Namespaced" : "Cluster", names: { kind, plural }, versions },
  };
}

/** A version of a definition that takes any spec and status. */
export function versionOf(name: string, storage: boolean): object {
  const free = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: { type: "object", properties: { spec: free, status: free } } },
    subresources: { status: {} },
  };
}

/** An API server with the namespace `test`, the kinds of Headgate and HTTPRoutes, and one of its users. */
export async function openCluster(clock: Clock): Promise<{ readonly api: ApiServer; readonly user: KubeClient }> {
  prepared ??= prepare();
  const api = (await prepared).fork({ clock, managedFields: false });
  return { api, user: createClient(api.transport, clock) };
}

/** Made once: to validate and compile the definitions takes longer than many a release. */
let prepared: Promise<ApiServer> | undefined;

async function prepare(): Promise<ApiServer> {
  const api = createApiServer({ clock: createVirtualClock(began), managedFields: false });
  const user = api.direct("kubectl");
  await user.create(kinds.namespaces, { metadata: { name: "test" } });
  for (const definition of [...crds(), httpRouteDefinition]) {
    await user.create(customResourceDefinitions, definition);
  }
  return api;
}
