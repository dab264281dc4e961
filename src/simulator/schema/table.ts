import type { ServedResource, StoredObject } from "../resource.ts";

/** What goes along with each row: nothing, the object's metadata (what kubectl asks for), or all of it. */
type IncludeObject = "None" | "Metadata" | "Object";

interface TableOptions {
  /** Milliseconds since the Unix epoch, for ages. */
  readonly now: number;
  readonly includeObject: IncludeObject;
  /** The metadata of the list, such as its `resourceVersion`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The objects as a `meta.k8s.io/v1` Table: what `kubectl get` asks for and prints. */
export function tableOf(
  resource: ServedResource,
  objects: readonly StoredObject[],
  { now, includeObject, metadata }: TableOptions,
): unknown {
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: resource.columns.map(({ name, type, format = "", description = "", priority }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: objects.map((object) => ({
      cells: resource.columns.map(({ cell }) => cell(object, now)),
      ...(includeObject !== "None" && { object: includeObject === "Object" ? object : metadataOf(object) }),
    })),
  };
}

function metadataOf({ metadata }: StoredObject): unknown {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}
