import fc from "fast-check";
import { expect, test } from "vitest";
import type { Analysis, Canary, CanaryService, CanaryStatus } from "../../api/canary.ts";
import { allToPrimary } from "../../api/routes.ts";
import type { Routes } from "../../api/routes.ts";
import { isRecord } from "../../kubernetes/canonical.ts";
import type { Change, ObjectAt } from "../../kubernetes/change.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import { apiVersionOf } from "../../kubernetes/resources.ts";
import { mergePatch } from "../../kubernetes/testdata/mergepatch.ts";
import type { NotReady, Router, RouterView } from "../router.ts";
import { source } from "./podinfo.ts";

/** What one row of a property changes of the usual Canary. */
export interface Given {
  readonly service?: Partial<CanaryService>;
  readonly analysis?: Partial<Analysis>;
  readonly spec?: Partial<Canary["spec"]>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly status?: CanaryStatus;
}

/** For tests: the Canary of podinfo with these fields. */
export function canaryWith({ service, analysis, spec, annotations, status }: Given = {}): Canary {
  const { canary } = source();
  return {
    ...canary,
    metadata: { ...canary.metadata, ...(annotations !== undefined && { annotations }) },
    spec: {
      ...canary.spec,
      ...spec,
      service: { port: 9898, ...service },
      analysis: { ...canary.spec.analysis, ...analysis },
    },
    ...(status !== undefined && { status }),
  };
}

/** Objects by kind, namespace and name, as an API server without defaults keeps them. */
interface Store {
  readonly find: (at: ObjectAt) => KubeObject | undefined;
  /** All objects, in the order in which they came. */
  readonly all: () => readonly KubeObject[];
  /** Changes each object, as somebody else would. */
  readonly edit: (change: (object: KubeObject) => KubeObject) => void;
  /** Makes a change as the API server would. Throws where that would refuse it. */
  readonly make: (change: Change) => void;
}

function createStore(objects: readonly KubeObject[]): Store {
  const kept = new Map<string, KubeObject>();
  let version = 0;
  const put = (id: string, object: KubeObject): void => {
    const metadata = { uid: `uid of ${id}`, ...object.metadata, resourceVersion: String(++version) };
    kept.set(id, { ...object, metadata });
  };
  for (const object of objects) put(idOf(object.apiVersion ?? "", object.kind ?? "", object.metadata), object);

  return {
    find: ({ resource, key }) => kept.get(idAt(resource, key)),
    all: () => [...kept.values()],
    edit: (change) => {
      for (const [id, object] of kept) put(id, change(object));
    },
    make: (change) => {
      const id = idAt(change.resource, change.kind === "create" ? change.object.metadata : change.key);
      const live = kept.get(id);
      if ((live === undefined) !== (change.kind === "create")) throw new Error(`${change.kind} of ${id}`);
      if (change.kind === "create") {
        expect(change.object).toMatchObject({ apiVersion: apiVersionOf(change.resource), kind: change.resource.kind });
        put(id, structuredClone(change.object));
      } else if (change.kind === "delete") {
        kept.delete(id);
      } else {
        const { body } = change.patch;
        const named = isRecord(body) && isRecord(body["metadata"]) ? body["metadata"]["resourceVersion"] : undefined;
        expect(named).toBe(live?.metadata.resourceVersion);
        put(id, mergePatch(live, body) as KubeObject);
      }
    },
  };
}

function idAt(resource: Resource, key: { readonly namespace?: string; readonly name: string }): string {
  return idOf(apiVersionOf(resource), resource.kind, key);
}

function idOf(apiVersion: string, kind: string, { namespace = "", name }: Partial<KubeObject["metadata"]>): string {
  return `${apiVersion} ${kind} ${namespace}/${name ?? ""}`;
}

/** A router at work on a store. */
export interface Operated extends Omit<Store, "make"> {
  /** Makes the changes that `render` asks for, and gives them back. */
  readonly route: (canary: Canary, routes: Routes) => readonly Change[];
  readonly read: (canary: Canary) => Routes | NotReady;
  /** Makes the changes that `undo` asks for, and gives them back. */
  readonly undo: (canary: Canary) => readonly Change[];
}

/** For tests: a router at work on these objects. */
export function operate(router: Router, objects: readonly KubeObject[] = []): Operated {
  const { make, ...store } = createStore(objects);
  const view = (canary: Canary): RouterView => ({
    ...source(),
    canary,
    live: router.inputs(canary).map((at) => store.find(at)),
  });
  const made = (changes: readonly Change[]): readonly Change[] => {
    for (const change of changes) make(change);
    return changes;
  };
  return {
    ...store,
    route: (canary, routes) => made(router.render(view(canary), routes)),
    read: (canary) => router.read(view(canary)),
    undo: (canary) => made(router.undo(view(canary))),
  };
}

/** For tests: routes with this share for the canary. */
export const share = (canary: number): Routes => ({ primary: 100 - canary, canary, mirrored: false });

interface Contract {
  /** Canaries that the router is to work for, weighted ones. */
  readonly canaries: readonly Given[];
  /** What must be there before. */
  readonly objects?: readonly KubeObject[];
  /** Whether it can send the canary copies of requests. */
  readonly mirrors?: boolean;
  /** The object as its API server keeps it, with the defaults of its definition. Itself unless told. */
  readonly stored?: (object: KubeObject) => KubeObject;
}

/** For tests: what every router promises, tried with any routes after any others. */
export function keepsContract(router: Router, contract: Contract): void {
  const { canaries, objects = [], mirrors = false, stored = (object: KubeObject) => object } = contract;
  const weights = fc.integer({ min: 0, max: 100 }).map(share);
  const routes = mirrors ? fc.oneof(weights, fc.constant<Routes>({ ...allToPrimary, mirrored: true })) : weights;
  const canary = fc.constantFrom(...canaries).map(canaryWith);

  test("any routes are brought about in one go, from any others, and read back", () => {
    fc.assert(
      fc.property(canary, routes, canary, routes, (first, before, second, now) => {
        const fresh = operate(router, objects);
        fresh.route(second, now);
        const { route, read, edit, all } = operate(router, objects);
        route(first, before);
        edit(stored);
        route(second, now);
        edit(stored);
        expect(read(second)).toEqual(now);
        expect(route(second, now)).toEqual([]);
        fresh.edit(stored);
        expect(all().map(unversioned)).toEqual(fresh.all().map(unversioned));
      }),
    );
  });

  test("what others have put on its objects stays", () => {
    fc.assert(
      fc.property(canary, routes, canary, routes, (first, before, second, now) => {
        const { route, edit, all } = operate(router, objects);
        route(first, before);
        const ids = all().map(({ metadata }) => metadata.uid);
        edit(marked);
        route(second, now);
        for (const { metadata, ...object } of all().filter(({ metadata: { uid } }) => ids.includes(uid))) {
          expect(object).toMatchObject({ spec: { "x-others": true }, status: { "x-others": true } });
          expect(metadata.annotations).toMatchObject({ "example.com/others": "true" });
          expect(metadata.finalizers).toEqual(["example.com/others"]);
        }
      }),
    );
  });
}

function marked(object: KubeObject): KubeObject {
  const { spec, status } = object as { readonly spec?: object; readonly status?: object };
  const annotations = { ...object.metadata.annotations, "example.com/others": "true" };
  return {
    ...object,
    metadata: { ...object.metadata, annotations, finalizers: ["example.com/others"] },
    spec: { ...spec, "x-others": true },
    status: { ...status, "x-others": true },
  } as KubeObject;
}

function unversioned({ metadata: { resourceVersion: _, ...metadata }, ...object }: KubeObject): object {
  return { ...object, metadata };
}
