import { LineCounter, isMap, isNode, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import { isRecord } from "../kubernetes/canonical.ts";
import type { KubeObject } from "../kubernetes/objects.ts";

/** An object and where it stands. */
export interface Source {
  readonly file: string;
  readonly object: KubeObject & Readonly<Record<string, unknown>>;
  /** The line of a field, from 1; of a missing one that of what should hold it. */
  readonly lineOf: (path: string) => number;
}

/** A part of a file that is not YAML. */
export interface Unreadable {
  readonly file: string;
  /** From 1; undefined when it is about the whole file. */
  readonly line?: number;
  readonly reason: string;
}

/** The Kubernetes objects of a YAML text, those of Lists too, in their order. Other documents are passed over. */
export function readSources(
  file: string,
  text: string,
): { readonly sources: readonly Source[]; readonly unreadable: readonly Unreadable[] } {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const sources: Source[] = [];
  const unreadable: Unreadable[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) {
      unreadable.push({ file, line: lines.linePos(error.pos[0]).line, reason: error.message });
      continue;
    }
    const lineOf = (path: string): number => lines.linePos(offsetOf(document, path)).line;
    try {
      sources.push(...objectsOf(file, document.toJS(), lineOf, ""));
    } catch (error) {
      // Aliases that stand for themselves, or for too much.
      if (!(error instanceof ReferenceError)) throw error;
      unreadable.push({ file, line: lineOf(""), reason: error.message });
    }
  }
  return { sources, unreadable };
}

function objectsOf(file: string, value: unknown, lineOf: Source["lineOf"], base: string): readonly Source[] {
  if (!isRecord(value) || typeof value["kind"] !== "string") return [];
  const { items } = value;
  if (value["kind"] === "List" && Array.isArray(items)) {
    return items.flatMap((item, index) => objectsOf(file, item, lineOf, `${base}items[${index}].`));
  }
  const isOwn = String(value["apiVersion"]).startsWith("flagger.app/");
  const fields = isOwn ? value : withoutNulls(value);
  const { apiVersion, ...others } = fields;
  const metadata = isRecord(fields["metadata"]) ? withoutNulls(fields["metadata"]) : {};
  // A name or version that is missing or no text is the schema's to report.
  const name = typeof metadata["name"] === "string" ? metadata["name"] : "";
  const version = typeof apiVersion === "string" ? { apiVersion } : {};
  return [
    { file, object: { ...version, ...others, metadata: { ...metadata, name } }, lineOf: (path) => lineOf(base + path) },
  ];
}

/**
 * To the API server a null in a builtin kind, or in any metadata, is a field that is not there; custom resources may not
 * have any.
 */
function withoutNulls(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(value, (_, field: unknown) =>
    Array.isArray(field) ? field.filter((item) => item !== null) : (field ?? undefined),
  );
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

/** Where the last key of the path stands that is there. */
function offsetOf(document: Document.Parsed, path: string): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? document.range[0];
  for (const [, key = "", index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && index !== undefined) {
      node = node.items[Number(index)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  return offset;
}
