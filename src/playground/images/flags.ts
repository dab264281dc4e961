type FlagValue = boolean | number | string | readonly string[];

/** What is wrong with the arguments, in the words of Go's package flag. */
export class InvalidFlag extends Error {
  override readonly name = "InvalidFlag";
}

/**
 * Reads arguments as Go does: `-name value`, `-name=value`, the same with two dashes, and `-name` alone for a flag that is
 * true or false. A list is a flag that may be given more than once. The first argument that is no flag ends them.
 * @param defaults every flag with its value when it is not given, which also tells its type
 * @throws InvalidFlag
 */
export function readFlags<T extends { readonly [name in keyof T]: FlagValue }>(
  args: readonly string[],
  defaults: T,
): { readonly flags: T; readonly rest: readonly string[] } {
  const known = new Map<string, FlagValue>(Object.entries(defaults));
  const left = [...args];
  for (let [first] = left; first !== undefined && /^--?[^-]/.test(first); [first] = left) {
    left.shift();
    const [, name = "", given] = /^--?([^=]+)(?:=(.*))?$/s.exec(first) ?? [];
    const before = known.get(name);
    if (before === undefined) throw new InvalidFlag(`flag provided but not defined: -${name}`);
    const text = given ?? (typeof before === "boolean" ? "true" : left.shift());
    if (text === undefined) throw new InvalidFlag(`flag needs an argument: -${name}`);
    known.set(name, readValue(name, text, before));
  }
  return { flags: Object.fromEntries(known) as unknown as T, rest: left[0] === "--" ? left.slice(1) : left };
}

function readValue(name: string, text: string, before: FlagValue): FlagValue {
  const invalid = (): InvalidFlag => new InvalidFlag(`invalid value "${text}" for flag -${name}`);
  switch (typeof before) {
    case "string":
      return text;
    case "number":
      if (text.trim() === "" || Number.isNaN(Number(text))) throw invalid();
      return Number(text);
    case "boolean":
      if (!/^(true|false|1|0|t|f)$/i.test(text)) throw invalid();
      return /^(true|1|t)$/i.test(text);
    default:
      return [...before, text];
  }
}
