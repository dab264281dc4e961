import { Environment } from "@marcbachmann/cel-js";
import type { ASTNode, SourceRange } from "@marcbachmann/cel-js";
import { parseDuration } from "../../api/duration.ts";
import { BadInput } from "./bad-input.ts";
import type { Value } from "./series.ts";

/** What an expression is about. */
export interface Variables {
  /** Seconds since the first analysis. */
  readonly t: number;
  /** The users whom the canary has, in percent. */
  readonly weight: number;
}

/** What a metric says, at each moment. It never throws; what is not a number counts as empty. */
export type Expression = (variables: Variables) => Value;

/** By the signature under which the language knows them. */
const functions: Readonly<Record<string, (...numbers: readonly number[]) => number>> = {
  "abs(double)": Math.abs,
  "exp(double)": Math.exp,
  "floor(double)": Math.floor,
  "max(double, double)": Math.max,
  "min(double, double)": Math.min,
  "sin(double)": Math.sin,
};

const functionNames = new Set(Object.keys(functions).map((signature) => signature.replace(/\(.*/, "")));

const language = new Environment()
  .registerVariable("t", "double")
  .registerVariable("weight", "double")
  .registerConstant("empty", "double", NaN)
  .registerOperator("double % double: double", (left: number, right: number) => left % right);
for (const [signature, handler] of Object.entries(functions)) {
  language.registerFunction(`${signature}: double`, handler);
}

const hint = `write an expression of t, weight, empty and ${[...functionNames].join(", ")}, such as t < 2m ? 100 : 90`;

/**
 * Reads an expression such as `t < 2m ? 100 : 90 - weight / 10`. It is CEL, in which every number is a double, and
 * durations are numbers of seconds.
 * @throws BadInput that says at which character, from 1 on, it is wrong
 * @throws InvalidSpec for a duration that is none
 */
export function parseExpression(text: string): Expression {
  const pieces = piecesOf(text);
  const source = pieces.map(({ read }) => read).join("");

  function refusal({ start, end }: SourceRange, say: (part: string) => string): BadInput {
    const from = placeOf(pieces, start);
    return new BadInput(`character ${from + 1}: ${say(text.slice(from, placeOf(pieces, end)))}: ${hint}`);
  }

  const { type, error } = language.check(source);
  if (error !== undefined) {
    const { code, summary, range = { start: 0, end: 0 } } = error;
    // Of a word that is too many the language names the last letter.
    throw refusal(range, (part) => (code === "unexpected_character" ? `unexpected "${part}"` : summary));
  }
  const program = language.parse(source);
  const unknown = unknownPart(program.ast);
  if (unknown !== undefined) throw refusal(unknown.range, (part) => `"${part}" is not supported`);
  if (type !== "double") throw refusal(program.ast.range, (part) => `"${part}" is no number, but ${type ?? "nothing"}`);
  return ({ t, weight }) => {
    const value: unknown = program({ t, weight });
    return typeof value === "number" && !Number.isNaN(value) ? value : "empty";
  };
}

/** A part of an expression: as it is written, and as the language reads it. */
interface Piece {
  readonly written: string;
  readonly read: string;
}

function piecesOf(text: string): readonly Piece[] {
  return text.split(/(?<![\w.])(\d(?:[eE][+-]|[\w.])*)/).map((written, index) => {
    const isNumber = index % 2 === 1;
    return { written, read: isNumber ? asDouble(written) : written };
  });
}

/** To the language `100` is an integer, which may stand neither beside a double nor in its place, and `2m` is nothing. */
function asDouble(number: string): string {
  if (/^\d+$/.test(number)) return `${number}.0`;
  return /[hms]$/.test(number) ? (parseDuration(number) / 1000).toFixed(9) : number;
}

/** Where in what is written that is which stands there in what is read. */
function placeOf(pieces: readonly Piece[], place: number): number {
  let begin = 0;
  let left = place;
  for (const { written, read } of pieces) {
    if (left < read.length) return begin + Math.min(left, written.length);
    begin += written.length;
    left -= read.length;
  }
  return begin;
}

/**
 * The first part that is not arithmetic. The rest of CEL has no use here, and could fail in the middle of a release: an
 * index that is too large, a text that is no timestamp.
 */
function unknownPart(node: ASTNode): ASTNode | undefined {
  switch (node.op) {
    case "value":
    case "id":
      return undefined;
    case "!_":
    case "-_":
      return unknownPart(node.args);
    case "call": {
      const [name, args] = node.args;
      return functionNames.has(name) ? firstUnknown(args) : node;
    }
    case "?:":
    case "||":
    case "&&":
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return firstUnknown(node.args);
    default:
      return node;
  }
}

function firstUnknown(nodes: readonly ASTNode[]): ASTNode | undefined {
  return nodes.map(unknownPart).find((node) => node !== undefined);
}
