import { compareElements } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";

/** A set of fields as a tree: whether the field itself belongs to it, and which of what is below. No branch is empty. */
export interface FieldSet {
  readonly self: boolean;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

/** A field set while it is put together. */
export interface FieldSetBuilder extends FieldSet {
  self: boolean;
  readonly children: Map<PathElement, FieldSetBuilder>;
}

/** From the root of an object down to a field. */
export type Path = readonly PathElement[];

/** A new set without fields. */
export function emptySet(): FieldSetBuilder {
  return { self: false, children: new Map() };
}

/** Adds a field, not those above it. The root itself, the empty path, is never in a set. */
export function insert(set: FieldSetBuilder, path: Path): void {
  if (path.length === 0) return;
  let node = set;
  for (const element of path) {
    let child = node.children.get(element);
    if (child === undefined) {
      child = emptySet();
      node.children.set(element, child);
    }
    node = child;
  }
  node.self = true;
}

/** The set of these fields. */
export function setOf(...paths: readonly Path[]): FieldSet {
  const set = emptySet();
  for (const path of paths) insert(set, path);
  return set;
}

/** Whether there is no field in the set. */
export function isEmpty(set: FieldSet): boolean {
  return !set.self && set.children.size === 0;
}

/** The fields that are in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const children = new Map(a.children);
  for (const [element, right] of b.children) {
    const left = children.get(element);
    children.set(element, left === undefined ? right : union(left, right));
  }
  return { self: a.self || b.self, children };
}

/** The fields that are in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return {
    self: a.self && b.self,
    children: filled(a.children, (left, element) => {
      const right = b.children.get(element);
      return right === undefined ? undefined : intersection(left, right);
    }),
  };
}

/** The fields of `a` that are not in `b`, each for itself: what is below a field of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b) || isEmpty(a)) return a;
  return {
    self: a.self && !b.self,
    children: filled(a.children, (left, element) => {
      const right = b.children.get(element);
      return right === undefined ? left : difference(left, right);
    }),
  };
}

function filled(
  children: FieldSet["children"],
  change: (child: FieldSet, element: PathElement) => FieldSet | undefined,
): Map<PathElement, FieldSet> {
  const changed = new Map<PathElement, FieldSet>();
  for (const [element, child] of children) {
    const node = change(child, element);
    if (node !== undefined && !isEmpty(node)) changed.set(element, node);
  }
  return changed;
}

/** The fields in the order in which conflicts are told: those of one object first, then what is below each. */
export function paths(set: FieldSet): readonly Path[] {
  const elements = [...set.children].toSorted(([a], [b]) => compareElements(a, b));
  return [
    ...elements.filter(([, child]) => child.self).map(([element]) => [element]),
    ...elements.flatMap(([element, child]) => paths(child).map((path) => [element, ...path])),
  ];
}
