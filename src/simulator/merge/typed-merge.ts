import type { Schema } from "../schema/schema.ts";
import { InvalidPatch } from "./invalid-patch.ts";
import { elementText, itemElement } from "./path-element.ts";
import type { PathElement } from "./path-element.ts";
import { fieldSchema, fieldsOf, isBare, itemsOf, mergeKind } from "./typed.ts";

/**
 * The live value with an intent laid over it: objects field by field, keyed lists and sets item by item, everything
 * else as the intent has it. Undefined stands for what is not there. Throws InvalidPatch for items of the intent that
 * cannot be told apart.
 */
export function mergeTyped(schema: Schema, live: unknown, intent: unknown): unknown {
  if (intent === undefined) return live;
  if (live === undefined) return intent;
  const kind = mergeKind(schema, intent ?? live);
  if (kind === "leaf" || kind !== mergeKind(schema, live) || (isBare(live) && isBare(intent))) return intent;
  return kind === "map" ? mergeFields(schema, live, intent) : mergeItems(schema, itemsOf(live), itemsOf(intent));
}

function mergeFields(schema: Schema, live: unknown, intent: unknown): unknown {
  const merged = new Map(fieldsOf(live));
  for (const [name, value] of fieldsOf(intent)) {
    merged.set(name, mergeTyped(fieldSchema(schema, name), merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

/**
 * Items of the intent come in its order; the others stay as near as can be to where they were: an item that only the
 * live list has comes before what the intent has next when it came before it in the live list.
 */
function mergeItems(schema: Schema, live: readonly unknown[], intent: readonly unknown[]): readonly unknown[] {
  const liveElements = live.map((item) => itemElement(schema, item));
  const intentElements = intent.map((item) => itemElement(schema, item));
  const inIntent = distinct(intentElements);
  const found = Map.groupBy(live.keys(), (index) => liveElements[index] ?? "");
  const liveItem = (element: PathElement): unknown => {
    const [index, ...duplicates] = found.get(element) ?? [];
    return index === undefined || duplicates.length > 0 ? undefined : live[index];
  };

  const merged: unknown[] = [];
  let next = 0;
  for (const [index, element] of liveElements.entries()) {
    if (!inIntent.has(element)) {
      merged.push(live[index]);
      continue;
    }
    const shared = intentElements.findIndex((candidate, at) => at >= next && found.has(candidate));
    if (intentElements[shared] !== element) continue;
    for (; next <= shared; next++) merged.push(mergeItem(next));
  }
  for (; next < intent.length; next++) merged.push(mergeItem(next));
  return merged;

  function mergeItem(index: number): unknown {
    return mergeTyped(schema.items ?? {}, liveItem(intentElements[index] ?? ""), intent[index]);
  }
}

function distinct(elements: readonly PathElement[]): ReadonlySet<PathElement> {
  const seen = new Set<PathElement>();
  for (const element of elements) {
    if (seen.has(element)) throw new InvalidPatch(500, `duplicate entries for key ${elementText(element)}`);
    seen.add(element);
  }
  return seen;
}
