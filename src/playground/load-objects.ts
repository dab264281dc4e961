import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { isRecord } from "../kubernetes/canonical.ts";
import type { KubeClient } from "../kubernetes/client.ts";
import { AlreadyExists } from "../kubernetes/errors.ts";
import type { Manifest } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";

/** The objects of a YAML text. */
export function readManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object: unknown = document.toJS();
    return isManifest(object) ? [object] : [];
  });
}

function isManifest(object: unknown): object is Manifest {
  return isRecord(object) && typeof object["kind"] === "string" && isRecord(object["metadata"]);
}

/** The objects of all files of a folder but those named, in the order of the files' names. */
export async function readFolder(folder: string, without: readonly string[]): Promise<readonly Manifest[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml") && !without.includes(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.flatMap(readManifests);
}

/** Where the playground's manifests say that they are. */
const kinds: Readonly<Record<string, Omit<Resource, "kind" | "group" | "version">>> = {
  Namespace: { plural: "namespaces", namespaced: false },
  CustomResourceDefinition: { plural: "customresourcedefinitions", namespaced: false },
  ConfigMap: { plural: "configmaps", namespaced: true },
  Service: { plural: "services", namespaced: true },
  Deployment: { plural: "deployments", namespaced: true },
  HorizontalPodAutoscaler: { plural: "horizontalpodautoscalers", namespaced: true },
  Gateway: { plural: "gateways", namespaced: true },
  Canary: { plural: "canaries", namespaced: true },
};

/** Creates the objects, those without a namespace in this one. What exists already stays as it is. */
export async function createObjects(
  client: KubeClient,
  objects: readonly Manifest[],
  namespace: string,
): Promise<void> {
  for (const object of objects) {
    const known = kinds[object.kind];
    if (known === undefined) throw new Error(`a ${object.kind} is not among the playground's own objects`);
    const [version = "", group = ""] = object.apiVersion.split("/").reverse();
    const metadata = known.namespaced ? { namespace, ...object.metadata } : object.metadata;
    const resource: Resource = { group, version, kind: object.kind, ...known };
    await client.create(resource, { ...object, metadata }).catch((error: unknown) => {
      if (!(error instanceof AlreadyExists)) throw error;
    });
  }
}
