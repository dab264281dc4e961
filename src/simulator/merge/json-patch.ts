import { equal } from "./equal.ts";
import { isRecord } from "../../kubernetes/canonical.ts";
import { InvalidPatch } from "./invalid-patch.ts";

/**
 * Applies a JSON patch as RFC 6902 describes it and the API server departs from it: a negative index counts from a
 * list's end, and a field that an object lacks counts as null for `test` and `copy` and can be replaced.
 * Throws InvalidPatch: 400 for what is not a JSON patch, 422 for one that does not fit the document.
 */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new InvalidPatch(400, "a JSON patch is a list of operations");
  return patch.reduce<unknown>(applyOperation, document);
}

function applyOperation(document: unknown, operation: unknown): unknown {
  if (!isRecord(operation)) throw new InvalidPatch(400, "an operation of a JSON patch is an object");
  const { op, value = null } = operation;
  const path = pointer(operation, "path");
  switch (op) {
    case "add":
      return write(document, path, "add", value);
    case "remove":
      return remove(document, path);
    case "replace":
      return write(document, path, "replace", value);
    case "move": {
      const from = pointer(operation, "from");
      const moved = read(document, from, "move");
      return write(remove(document, from), path, "add", moved);
    }
    case "copy": {
      const copied = read(document, pointer(operation, "from"), "copy");
      return write(document, path, "add", copied);
    }
    case "test":
      if (equal(read(document, path, "test"), value)) return document;
      throw new InvalidPatch(422, `testing value ${text(path)} failed: test failed`);
    default:
      throw new InvalidPatch(422, `Unexpected kind: ${String(op)}`);
  }
}

type Pointer = readonly string[];

/** The reference tokens of a JSON pointer (RFC 6901). */
function pointer(operation: Readonly<Record<string, unknown>>, member: "path" | "from"): Pointer {
  const value = operation[member];
  if (typeof value !== "string" || (value !== "" && !value.startsWith("/"))) {
    throw new InvalidPatch(422, `${String(operation["op"])} operation failed to decode ${member}: missing value`);
  }
  return value
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function text(path: Pointer): string {
  return path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function missing(operation: string, path: Pointer): InvalidPatch {
  return new InvalidPatch(
    422,
    `${operation} operation does not apply: doc is missing path: "${text(path)}": missing value`,
  );
}

/** The index that a token names in a list of that length; undefined when it is none. */
function indexIn(token: string, length: number): number | undefined {
  if (!/^-?\d+$/.test(token)) return undefined;
  const index = Number(token) < 0 ? Number(token) + length : Number(token);
  return index >= 0 && index < length ? index : undefined;
}

function read(document: unknown, path: Pointer, operation: string): unknown {
  return path.reduce((node, token, depth) => {
    if (Array.isArray(node)) {
      const index = indexIn(token, node.length);
      if (index !== undefined) return node[index];
    } else if (isRecord(node)) {
      if (Object.hasOwn(node, token)) return node[token];
      if (depth === path.length - 1) return null;
    }
    throw missing(operation, path);
  }, document);
}

/** The document with another value at a place: before what is there in a list for `add`, in its place for `replace`. */
function write(document: unknown, path: Pointer, operation: "add" | "replace", value: unknown): unknown {
  return edit(document, path, operation, {
    list: (list, token) => {
      const length = operation === "add" ? list.length + 1 : list.length;
      const index = token === "-" && operation === "add" ? list.length : indexIn(token, length);
      return index === undefined ? undefined : list.toSpliced(index, operation === "add" ? 0 : 1, value);
    },
    object: (object, token) => ({ ...object, [token]: value }),
    root: value,
  });
}

function remove(document: unknown, path: Pointer): unknown {
  return edit(document, path, "remove", {
    list: (list, token) => {
      const index = indexIn(token, list.length);
      return index === undefined ? undefined : list.toSpliced(index, 1);
    },
    object: (object, token) => {
      const { [token]: removed, ...rest } = object;
      return removed === undefined ? undefined : rest;
    },
    root: null,
  });
}

/** How the list or object that holds the place is changed: undefined when the place is not there. */
interface Edit {
  readonly list: (list: readonly unknown[], token: string) => unknown;
  readonly object: (object: Readonly<Record<string, unknown>>, token: string) => unknown;
  readonly root: unknown;
}

function edit(document: unknown, path: Pointer, operation: string, change: Edit): unknown {
  const descend = (node: unknown, depth: number): unknown => {
    const token = path[depth];
    if (token === undefined) return change.root;
    const last = depth === path.length - 1;
    let edited: unknown;
    if (Array.isArray(node)) {
      const list: readonly unknown[] = node;
      const index = indexIn(token, list.length);
      if (last) edited = change.list(list, token);
      else if (index !== undefined) edited = list.with(index, descend(list[index], depth + 1));
    } else if (isRecord(node)) {
      if (last) edited = change.object(node, token);
      else if (Object.hasOwn(node, token)) edited = { ...node, [token]: descend(node[token], depth + 1) };
    }
    if (edited === undefined) throw missing(operation, path);
    return edited;
  };
  return descend(document, 0);
}
