/** Headers of a message: names in lower case, each line of a header on its own. */
export type Headers = Readonly<Record<string, readonly string[]>>;

/** What a route does to the headers of requests or answers. Names in lower case. */
export interface HeaderEdits {
  /** Lines that take the place of those there are. */
  readonly set: readonly HeaderLine[];
  /** Lines that come after those there are. */
  readonly add: readonly HeaderLine[];
  readonly remove: readonly string[];
}

type HeaderLine = readonly [name: string, value: string];

/** What a route does to headers on the way there and back. */
export interface HeaderRules {
  readonly request: HeaderEdits;
  readonly response: HeaderEdits;
}

const noEdits: HeaderEdits = { set: [], add: [], remove: [] };
export const noHeaderRules: HeaderRules = { request: noEdits, response: noEdits };

/** The headers after these changes. */
export function edit(headers: Headers, { set, add, remove }: HeaderEdits): Headers {
  if (set.length + add.length + remove.length === 0) return headers;
  const after = new Map(Object.entries(headers));
  for (const [name, value] of set) after.set(name, [value]);
  for (const [name, value] of add) after.set(name, [...(after.get(name) ?? []), value]);
  for (const name of remove) after.delete(name);
  return Object.fromEntries(after);
}

/** Both changes, one after the other. */
export function bothEdits(first: HeaderEdits, second: HeaderEdits): HeaderEdits {
  return {
    set: [...first.set, ...second.set],
    add: [...first.add, ...second.add],
    remove: [...first.remove, ...second.remove],
  };
}

/** Headers that concern one connection only (RFC 9110, 7.6.1), so that a proxy does not pass them on. */
const ofConnection = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * The headers to pass on. `Expect` is not: Node has answered it already. With `upgrade`, those that ask for another
 * protocol, or agree to it, stay.
 */
export function passedOn(headers: Headers, { upgrade }: { readonly upgrade: boolean }): Headers {
  const listed = (headers["connection"] ?? []).flatMap((line) => line.toLowerCase().split(/ *, */));
  const dropped = new Set([...ofConnection, ...listed, "expect"]);
  const kept = Object.entries(headers).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(
    upgrade ? [...kept, ["connection", ["Upgrade"]], ["upgrade", headers["upgrade"] ?? []]] : kept,
  );
}
