import { isRecord } from "../../kubernetes/canonical.ts";
import { InvalidPatch } from "./invalid-patch.ts";

type Fields = Readonly<Record<string, unknown>>;
type List = readonly unknown[];

/** How the items of a list with the strategy `merge` are told apart and merged. */
export interface ListRule {
  /** The field that holds the list. */
  readonly name: string;
  /** The field that tells items apart; undefined for a list of values, which are told apart by themselves. */
  readonly mergeKey: string | undefined;
  readonly mergeItem: (original: Fields, patch: Fields) => Fields;
  /** An item of a patch as it is stored; undefined for one that is only a directive. */
  readonly newItem: (patch: unknown) => unknown;
}

/** Merges a list item by item. What the patch names comes in its order, the rest as near as can be to where it was. */
export function mergeList(rule: ListRule, original: List, patch: List): List {
  const all = [...original, ...patch];
  if (all.some(Array.isArray)) throw new InvalidPatch(422, "lists of lists are not supported");
  const objects = all.filter(isRecord);
  if (objects.length === 0) return arrange(rule, [...new Set(all)], patch, original);
  if (objects.length < all.length) throw new InvalidPatch(500, "list element types are not identical");
  return mergeObjects(rule, original.filter(isRecord), patch.filter(isRecord));
}

/** The list without these values. */
export function deleteValues(original: List, values: List): List {
  return original.filter((value) => !values.includes(value));
}

function mergeObjects(rule: ListRule, original: readonly Fields[], patch: readonly Fields[]): List {
  const { name, mergeKey } = rule;
  if (mergeKey === undefined) throw new InvalidPatch(500, `cannot merge lists without merge key for ${name}`);
  const { deleted, replace, items } = directives(rule, patch);
  if (replace) return items.map(rule.newItem);

  const left = original.filter((item) => !deleted.includes(item[mergeKey]));
  const merged: Fields[] = [...left];
  for (const item of items) {
    const key = keyOf(rule, item);
    const index = merged.findIndex((candidate) => candidate[mergeKey] === key);
    const found = merged[index];
    if (found === undefined) merged.push(rule.newItem(item) as Fields);
    else merged[index] = rule.mergeItem(found, item);
  }
  return arrange(rule, merged, items, left);
}

/** Takes the items that are directives out of a patch. */
function directives(rule: ListRule, patch: readonly Fields[]) {
  const deleted: unknown[] = [];
  const items: Fields[] = [];
  let replace = false;
  for (const item of patch) {
    switch (item["$patch"]) {
      case undefined:
        items.push(item);
        break;
      case "delete":
        deleted.push(keyOf(rule, item));
        break;
      case "replace":
        replace = true;
        break;
      case "merge":
        throw new InvalidPatch(500, "merging lists cannot yet be specified in the patch");
      default:
        throw new InvalidPatch(500, `unknown patch type: ${JSON.stringify(item["$patch"])}`);
    }
  }
  return { deleted, items, replace };
}

/** What tells an item from others. */
function keyOf({ mergeKey }: ListRule, item: unknown): unknown {
  if (mergeKey === undefined) return item;
  const key = isRecord(item) ? item[mergeKey] : undefined;
  if (key !== undefined) return key;
  throw new InvalidPatch(500, `map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
}

/**
 * Puts a merged list into the order that `$setElementOrder` asks for. `before` is the list of the original, `given`
 * that of the patch, whose items must come in the same order.
 */
export function orderList(
  rule: ListRule,
  lists: { readonly before: List; readonly given: List; readonly merged: List; readonly order: unknown },
): List {
  const { before, given, merged, order } = lists;
  if (!Array.isArray(order)) throw new InvalidPatch(400, "invalid patch format of setElementOrder list");
  const wanted: List = order;
  let next = 0;
  for (const item of given) {
    if (isRecord(item) && "$patch" in item) continue;
    const key = keyOf(rule, item);
    const at = wanted.findIndex((candidate, index) => index >= next && keyOf(rule, candidate) === key);
    if (at >= 0) next = at + 1;
    else if (wanted.length > 0) throw outOfOrder(given, wanted);
  }
  return arrange(rule, merged, wanted, before);
}

function outOfOrder(given: List, wanted: List): InvalidPatch {
  const [patch, order] = [JSON.stringify(given), JSON.stringify(wanted)];
  return new InvalidPatch(500, `The order in patch list:\n${patch}\n doesn't match $setElementOrder list:\n${order}\n`);
}

/**
 * The items that `wanted` names in its order, and between them the others in theirs: each before the first of the
 * former that came after it in `before`.
 */
function arrange(rule: ListRule, items: List, wanted: List, before: List): List {
  const rank = ranks(rule, wanted);
  const place = ranks(rule, before);
  const key = (item: unknown) => keyOf(rule, item);
  const named = items
    .filter((item) => rank.has(key(item)))
    .toSorted((a, b) => (rank.get(key(a)) ?? 0) - (rank.get(key(b)) ?? 0));
  const others = items.filter((item) => !rank.has(key(item)));

  const arranged: unknown[] = [];
  let next = 0;
  for (const item of named) {
    const limit = place.get(key(item)) ?? -1;
    while (next < others.length && (place.get(key(others[next])) ?? Infinity) < limit) arranged.push(others[next++]);
    arranged.push(item);
  }
  return [...arranged, ...others.slice(next)];
}

/** Where each item stands in a list, the first of those that cannot be told apart. */
function ranks(rule: ListRule, items: List): ReadonlyMap<unknown, number> {
  return new Map(items.map((item, index) => [keyOf(rule, item), index] as const).toReversed());
}
