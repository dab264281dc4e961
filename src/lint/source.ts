import { isRecord } from "../kubernetes/canonical.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import { readDocuments } from "../kubernetes/yaml.ts";

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
  const sources: Source[] = [];
  const unreadable: Unreadable[] = [];
  for (const document of readDocuments(text)) {
    if ("mistake" in document) unreadable.push({ file, line: document.line, reason: document.mistake });
    else sources.push(...objectsOf(file, document.content, document.lineOf, ""));
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
