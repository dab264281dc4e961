import * as causes from "../schema/causes.ts";
import { labelValue, qualifiedName } from "../schema/names.ts";
import { badRequest } from "./status.ts";
import type { StatusError } from "./status.ts";

/** Whether an object with these labels is selected. */
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

const token = /==|!=|[=!,()<>]|[^\s=!,()<>]+/g;
const operators = ["=", "!=", "==", "in", "notin", ">", "<"];

/**
 * The selector of a query: requirements such as `a`, `!a`, `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)` and `a>1`, joined
 * by commas.
 * @throws StatusError 400
 */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens: readonly string[] = text.match(token) ?? [];
  const requirements: LabelSelector[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const first = tokens[at] ?? "";
    if (first !== "!" && !isWord(first)) {
      throw wrong(first, at === 0 ? "!, identifier, or 'end of string'" : "identifier after ','");
    }
    const { matches, end } = requirement(tokens, at);
    requirements.push(matches);
    at = end;
    const after = tokens[at];
    if (after === undefined) break;
    if (after !== ",") throw wrong(after, "',' or 'end of string'");
    if (tokens[at + 1] === undefined) throw wrong("", "identifier after ','");
  }
  return (labels) => requirements.every((matches) => matches(labels));
}

/** The requirement that begins at a token, and the token after its last. */
function requirement(
  tokens: readonly string[],
  begin: number,
): { readonly matches: LabelSelector; readonly end: number } {
  const isNegated = tokens[begin] === "!";
  const at = isNegated ? begin + 1 : begin;
  const [key = "", operator = ",", value = ""] = tokens.slice(at);
  if (!isWord(key)) throw inRequirement(`found '${key}', expected: identifier`);
  check(key, qualifiedName(key));
  if (isNegated) return { matches: (labels) => labels[key] === undefined, end: at + 1 };
  switch (operator) {
    case ",":
      return { matches: (labels) => labels[key] !== undefined, end: at + 1 };
    case "=":
    case "==":
    case "!=": {
      const wanted = isWord(value) ? value : "";
      check(wanted, labelValue(wanted));
      const isEqual: LabelSelector = (labels) => labels[key] === wanted;
      return { matches: operator === "!=" ? (labels) => !isEqual(labels) : isEqual, end: at + (isWord(value) ? 3 : 2) };
    }
    case "in":
    case "notin": {
      const { values, end } = list(tokens, at + 2);
      const isIn: LabelSelector = ({ [key]: own }) => own !== undefined && values.includes(own);
      return { matches: operator === "in" ? isIn : (labels) => !isIn(labels), end };
    }
    case "<":
    case ">": {
      if (!isInteger(value)) check(value, ["for 'Gt', 'Lt' operators, the value must be an integer"]);
      const isAbove = operator === ">";
      const matches: LabelSelector = ({ [key]: own = "" }) =>
        isInteger(own) && (isAbove ? Number(own) > Number(value) : Number(own) < Number(value));
      return { matches, end: at + 3 };
    }
    default:
      throw inRequirement(`found '${operator}', expected: ${operators.join(", ")}`);
  }
}

/** The values in parentheses that open at a token, and the token after the closing one. */
function list(tokens: readonly string[], open: number): { readonly values: readonly string[]; readonly end: number } {
  const close = tokens.indexOf(")", open);
  if (tokens[open] !== "(") throw inRequirement(`found '${tokens[open] ?? ""}' expected: '('`);
  if (close === -1) throw inRequirement("found '', expected: ',' or ')'");
  const inside = tokens.slice(open + 1, close);
  // Nothing between two commas is the empty value.
  const values = inside.reduce<readonly string[]>(
    (sofar, word) => (word === "," ? [...sofar, ""] : [...sofar.slice(0, -1), word]),
    [""],
  );
  for (const value of values) check(value, labelValue(value));
  return { values, end: close + 1 };
}

function isWord(text: string): boolean {
  return text !== "" && !/^[=!,()<>]/.test(text);
}

function isInteger(text: string): boolean {
  return /^[-+]?\d+$/.test(text);
}

function check(text: string, problems: readonly string[]): void {
  if (problems.length > 0) throw inRequirement(`<nil>: ${causes.invalid("", text, problems.join("; ")).message}`);
}

function wrong(found: string, expected: string): StatusError {
  return badRequest(`found '${found}', expected: ${expected}`);
}

function inRequirement(message: string): StatusError {
  return badRequest(`unable to parse requirement: ${message}`);
}
