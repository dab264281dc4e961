import { LineCounter, isMap, isNode, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Document } from "yaml";

/** A document of a YAML text. */
export type YamlDocument =
  | {
      readonly content: unknown;
      /** The line of a field (`spec.containers[1].image`), from 1; of a missing one that of what should hold it. */
      readonly lineOf: (path: string) => number;
    }
  | {
      /** Why it cannot be read. */
      readonly mistake: string;
      /** From 1. */
      readonly line: number;
    };

/** The documents of a YAML text. As for kubectl, `<<` merges maps, and no anchor may stand within itself. */
export function readDocuments(text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  return parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false }).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) return { mistake: error.message, line: lines.linePos(error.pos[0]).line };
    const lineOf = (path: string): number => lines.linePos(offsetOf(document, path)).line;
    try {
      const content: unknown = document.toJS();
      JSON.stringify(content);
      return { content, lineOf };
    } catch (error) {
      // A TypeError is JSON's, at what holds itself; the library throws at other bad aliases, and at merges of no maps.
      if (!(error instanceof Error)) throw error;
      const mistake = error instanceof TypeError ? "an anchor stands within itself" : error.message;
      return { mistake, line: lineOf("") };
    }
  });
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
