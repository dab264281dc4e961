import type { Resource } from "../../kubernetes/resources.ts";

interface Group {
  readonly preferredVersion: { readonly version: string };
  readonly name: string;
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

/**
 * All kinds that can be listed, watched and deleted, each in the version that its group prefers, by the discovery
 * documents that `read` gives for a path.
 */
export async function discover(read: (path: string) => Promise<unknown>): Promise<readonly Resource[]> {
  const { groups } = (await read("/apis")) as { readonly groups: readonly Group[] };
  const roots = [
    { group: "", version: "v1", path: "/api/v1" },
    ...groups.map(({ name, preferredVersion: { version } }) => ({
      group: name,
      version,
      path: `/apis/${name}/${version}`,
    })),
  ];
  const found: Resource[] = [];
  for (const { path, ...root } of roots) {
    const { resources } = (await read(path)) as ResourceList;
    for (const { name, kind, namespaced, verbs } of resources) {
      if (["list", "watch", "delete"].every((verb) => verbs.includes(verb))) {
        found.push({ ...root, kind, plural: name, namespaced });
      }
    }
  }
  return found;
}
