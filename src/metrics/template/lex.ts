import { InvalidSpec } from "../../api/errors.ts";
import { unescape } from "./escape.ts";

/** A piece of a template. `at` is its `line:column`, both from 1; `spaced` says whether space stands before it. */
export type Token = { readonly at: string; readonly text: string; readonly spaced: boolean } & (
  | { readonly kind: "text" | "name" | "field" | "variable" | "symbol" | "end" }
  | { readonly kind: "literal"; readonly value: string | bigint | number }
);

/** An error in a template. The message begins with its `line:column`. */
export function errorAt(at: string, message: string, cause?: unknown): InvalidSpec {
  return new InvalidSpec(`${at}: ${message}`, { cause });
}

const comment = /\{\{(?:-[ \t\r\n])?\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/(?<trim>[ \t\r\n]-)?\}\}/y;
const commentOpen = /\{\{(?:-[ \t\r\n])?\/\*/y;
const trimmingOpen = /\{\{-[ \t\r\n]/y;
const open = /\{\{(?:-(?=[ \t\r\n]))?/y;
const close = /(?<trim>(?<=[ \t\r\n])-)?\}\}/y;
const space = /[ \t\r\n]+/y;
const number = /[+-]?\.?\d(?:[eE][+-]\d|[\p{L}\p{Nd}_.])*/uy;
const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y;
const words = [
  ["variable", /\$[\p{L}\p{Nd}_]*/uy],
  ["field", /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ["name", /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ["symbol", /:=|[=(),|]|\.(?!\.)/y],
] as const;

/**
 * The tokens of a template: text as `text` tokens, an action as its tokens between the symbols `{{` and `}}`, then one
 * `end`. Trim markers are carried out and comments left out. Source: package text/template/parse.
 * @throws InvalidSpec on what is no token
 */
export function lex(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  let trimming = false;
  let line = 1;
  let lineStart = 0;
  let lineEnd = source.indexOf("\n");

  const match = (pattern: RegExp, from = offset): RegExpExecArray | undefined => {
    pattern.lastIndex = from;
    return pattern.exec(source) ?? undefined;
  };
  const at = (): string => {
    while (lineEnd !== -1 && lineEnd < offset) {
      line++;
      lineStart = lineEnd + 1;
      lineEnd = source.indexOf("\n", lineStart);
    }
    return `${line}:${offset - lineStart + 1}`;
  };

  function text(end: number): void {
    const raw = source.slice(offset, end);
    const left = trimming ? raw.replace(/^[ \t\r\n]+/, "") : raw;
    const kept = match(trimmingOpen, end) === undefined ? left : (/^[^]*[^ \t\r\n]/.exec(left)?.[0] ?? "");
    if (kept !== "") tokens.push({ kind: "text", text: kept, at: at(), spaced: false });
    offset = end;
    trimming = false;
  }

  function action(): void {
    const start = at();
    offset += match(open)?.[0].length ?? 0;
    tokens.push({ kind: "symbol", text: "{{", at: start, spaced: false });
    for (;;) {
      const gap = match(space)?.[0].length ?? 0;
      offset += gap;
      const end = match(close);
      if (end !== undefined) {
        tokens.push({ kind: "symbol", text: "}}", at: at(), spaced: gap > 0 });
        trimming = end.groups?.["trim"] !== undefined;
        offset += end[0].length;
        return;
      }
      if (offset === source.length) throw errorAt(start, "this {{ is not closed");
      const token = inAction(gap > 0);
      tokens.push(token);
      offset += token.text.length;
    }
  }

  function inAction(spaced: boolean): Token {
    const here = { at: at(), spaced };
    const digits = match(number)?.[0];
    if (digits !== undefined) return { ...here, kind: "literal", text: digits, value: numberOf(digits, here.at) };
    const literal = match(quoted)?.[0];
    if (literal !== undefined) return { ...here, kind: "literal", text: literal, value: quotedOf(literal, here.at) };
    for (const [kind, pattern] of words) {
      const word = match(pattern)?.[0];
      if (word !== undefined) return { ...here, kind, text: word };
    }
    const char = String.fromCodePoint(source.codePointAt(offset) ?? 0);
    throw errorAt(here.at, /["'`]/.test(char) ? `this ${char} is not closed` : `unexpected character ${char}`);
  }

  while (offset < source.length) {
    const next = source.indexOf("{{", offset);
    text(next === -1 ? source.length : next);
    if (next === -1) break;
    const skipped = match(comment);
    if (skipped !== undefined) {
      trimming = skipped.groups?.["trim"] !== undefined;
      offset += skipped[0].length;
    } else if (match(commentOpen) !== undefined) {
      throw errorAt(at(), "this comment does not end with */}}");
    } else {
      action();
    }
  }
  tokens.push({ kind: "end", text: "", at: at(), spaced: false });
  return tokens;
}

/** Go's integers of any base and its decimal floats; a float has a point or an exponent. */
function numberOf(text: string, at: string): bigint | number {
  const sign = text.startsWith("-") ? -1n : 1n;
  const digits = text.replace(/^[+-]/, "").replace(/(?<=[\da-fA-FxXoObB])_(?=[\da-fA-F])/g, "");
  if (/^(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|[1-9]\d*|0[0-7]*)$/.test(digits)) {
    const value = sign * BigInt(digits.replace(/^0(?=\d)/, "0o"));
    if (BigInt.asIntN(64, value) !== value) throw errorAt(at, `${text} does not fit into 64 bits`);
    return value;
  }
  if (/^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(digits) && /[.eE]/.test(digits)) return Number(text);
  throw errorAt(at, `${text} is not a number`);
}

function quotedOf(literal: string, at: string): string | bigint {
  const inside = literal.slice(1, -1);
  if (literal.startsWith("`")) return inside;
  const quote = literal.startsWith('"') ? '"' : "'";
  const text = unescape(inside, quote);
  if (text === undefined) throw errorAt(at, `${literal} has an escape that Go does not know`);
  if (quote === '"') return text;
  const [char, ...more] = text;
  if (char === undefined || more.length > 0) throw errorAt(at, `${literal} is not one character`);
  return BigInt(char.codePointAt(0) ?? 0);
}
