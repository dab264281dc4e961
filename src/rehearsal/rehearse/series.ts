import { parseDuration } from "../../api/duration.ts";
import { BadInput } from "./bad-input.ts";

/** What a metric has to say: a number in the unit of its limits, or that there is none. */
export type Value = number | "empty";

/** A value that holds from this moment on, in seconds, until the next one's. */
export interface Sample {
  readonly from: number;
  readonly value: Value;
}

/** Values in the order of their times. */
export type Series = readonly Sample[];

/** The last value at or before this moment, in seconds; empty when there is none. */
export function valueAt(series: Series, seconds: number): Value {
  return series.findLast(({ from }) => from <= seconds)?.value ?? "empty";
}

/**
 * Reads `99.5`, `empty`, or steps such as `100@0s,90@2m,empty@3m`.
 * @throws BadInput
 */
export function parseSeries(text: string): Series {
  const steps = text.split(",").map((step): Sample => {
    const [value = "", time = "0s", ...more] = step.split("@");
    if (more.length > 0) throw new BadInput(`"${step}": write VALUE@TIME, such as 90@2m`);
    return { from: parseSeconds(time), value: parseValue(value) };
  });
  return inOrder(steps);
}

/**
 * Reads samples by metric from CSV: a line `time,NAME,NAME`, then a line per moment. An empty cell says that there is no
 * value. Errors name the line.
 * @throws BadInput
 */
export function parseSamples(csv: string): ReadonlyMap<string, Series> {
  const [header = [], ...rows] = csv
    .split(/\r?\n/)
    .map((line) => line.split(",").map((cell) => cell.trim()))
    .filter((cells) => cells.some((cell) => cell !== ""));
  const [first, ...names] = header;
  if (first !== "time" || names.length === 0) throw new BadInput("the first line must be time,NAME,NAME...");
  const [twice] = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new BadInput(`there are two columns ${twice}: leave one out`);
  const read = rows.map(([time = "", ...cells], index) => {
    const at = `sample ${index + 1}`;
    if (cells.length !== names.length) {
      throw new BadInput(`${at} has ${cells.length + 1} columns, the first line has ${names.length + 1}`);
    }
    return {
      from: naming(at, () => parseSeconds(time)),
      values: cells.map((cell) => naming(at, () => (cell === "" ? "empty" : parseValue(cell)))),
    };
  });
  return new Map(
    names.map((name, column) => {
      return [name, inOrder(read.map(({ from, values }) => ({ from, value: values[column] ?? "empty" })))];
    }),
  );
}

function naming<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new BadInput(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function inOrder(samples: Series): Series {
  return samples.toSorted((one, other) => one.from - other.from);
}

function parseValue(text: string): Value {
  const value = readValue(text);
  if (value === undefined) throw new BadInput(`"${text.trim()}" is no value: write a number, or empty for none`);
  return value;
}

/** The number or `empty` that this is; undefined when it is neither. */
export function readValue(text: string): Value | undefined {
  const trimmed = text.trim();
  if (trimmed === "empty") return "empty";
  const value = Number(trimmed);
  return trimmed !== "" && Number.isFinite(value) ? value : undefined;
}

function parseSeconds(text: string): number {
  const trimmed = text.trim();
  return /^\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : parseDuration(trimmed) / 1000;
}
