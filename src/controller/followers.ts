import { keyOf } from "../kubernetes/informer.ts";
import type { ObjectKey, ObjectRef } from "../kubernetes/objects.ts";

/** An object that matters to a Canary: its kind and where it is. */
export type Followed = ObjectKey & Pick<ObjectRef, "kind">;

/** Which Canaries, by their keys, are to be looked at when an object changes. */
export interface Followers {
  /** From now on these objects matter to the Canary, beside those that did before. */
  follow(canary: string, objects: readonly Followed[]): void;
  /** Nothing matters to the Canary any more: it is gone. */
  forget(canary: string): void;
  of(object: Followed): readonly string[];
}

export function createFollowers(): Followers {
  const followers = new Map<string, Set<string>>();
  const followed = new Map<string, Set<string>>();

  return {
    follow: (canary, objects) => {
      for (const object of objects) {
        const name = nameOf(object);
        followers.set(name, (followers.get(name) ?? new Set()).add(canary));
        followed.set(canary, (followed.get(canary) ?? new Set()).add(name));
      }
    },
    forget: (canary) => {
      for (const name of followed.get(canary) ?? []) {
        const others = followers.get(name);
        others?.delete(canary);
        if (others?.size === 0) followers.delete(name);
      }
      followed.delete(canary);
    },
    of: (object) => [...(followers.get(nameOf(object)) ?? [])],
  };
}

function nameOf({ kind, ...key }: Followed): string {
  return `${kind}/${keyOf(key)}`;
}
