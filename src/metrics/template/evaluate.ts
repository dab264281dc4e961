import type { TemplateFunction } from "./functions.ts";
import { errorAt } from "./lex.ts";
import type { Expression, Pipeline, Statement, Variable } from "./syntax.ts";
import { Misuse, bounded, describe, isTrue, sortedEntries, textOf } from "./value.ts";
import type { Value } from "./value.ts";

/** Expressions that a template may work out: no query comes near it, a runaway loop does soon. */
const mostSteps = 10_000;
/** Expressions that may stand within each other, a stage of a pipeline within the next. */
const deepest = 500;

type Flow = "next" | "break" | "continue";

/**
 * Runs a template over nil data, as Flagger does, with missing map keys as errors.
 * @throws InvalidSpec with the `line:column` of what cannot be worked out
 */
export function evaluate(statements: readonly Statement[], functions: ReadonlyMap<string, TemplateFunction>): string {
  const variables = new Map<Variable, Value>();
  let steps = 0;
  let depth = 0;
  let output = "";

  function run(list: readonly Statement[], dot: Value): Flow {
    for (const statement of list) {
      const flow = runOne(statement, dot);
      if (flow !== "next") return flow;
    }
    return "next";
  }

  function runOne(statement: Statement, dot: Value): Flow {
    switch (statement.kind) {
      case "text":
        emit(statement.text, statement.at);
        return "next";
      case "action": {
        const value = set(statement.pipeline, dot);
        if (statement.pipeline.variables.length > 0) return "next";
        const { at } = statement.pipeline.value;
        if (value === undefined) throw errorAt(at, "there is no value here: a query's template has no data");
        emit(textOf(value), at);
        return "next";
      }
      case "if":
        return run(isTrue(set(statement.pipeline, dot)) ? statement.body : statement.otherwise, dot);
      case "with": {
        const value = set(statement.pipeline, dot);
        return isTrue(value) ? run(statement.body, value) : run(statement.otherwise, dot);
      }
      case "range":
        return loop(statement.pipeline, statement.body, dot) ? "next" : run(statement.otherwise, dot);
      case "break":
      case "continue":
        return statement.kind;
    }
  }

  function emit(text: string, at: string): void {
    output = guarded(at, "the template", () => bounded(output + text));
  }

  function set({ variables: targets, value }: Pipeline, dot: Value): Value {
    const result = valueOf(value, dot);
    for (const target of targets) variables.set(target, result);
    return result;
  }

  /** Whether there was anything to visit. */
  function loop({ variables: targets, value }: Pipeline, body: readonly Statement[], dot: Value): boolean {
    const [first, second] = targets;
    let visited = false;
    for (const [key, element] of entriesOf(valueOf(value, dot), value.at, second !== undefined)) {
      visited = true;
      if (first !== undefined) variables.set(first, second === undefined ? element : key);
      if (second !== undefined) variables.set(second, element);
      step(value.at);
      if (run(body, element) === "break") break;
    }
    return visited;
  }

  function valueOf(expression: Expression, dot: Value): Value {
    step(expression.at);
    if (++depth > deepest) throw errorAt(expression.at, `nested more than ${deepest} deep`);
    const value = workOut(expression, dot);
    depth--;
    return value;
  }

  function workOut(expression: Expression, dot: Value): Value {
    const { at } = expression;
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "dot":
        return dot;
      case "variable":
        return variables.get(expression.variable);
      case "field":
        return fieldOf(valueOf(expression.of, dot), expression.name, at);
      case "call":
        return call(expression.name, expression.arguments, dot, at);
    }
  }

  function call(name: string, given: readonly Expression[], dot: Value, at: string): Value {
    const { least, most, call: apply } = functions.get(name) ?? { least: 0, most: 0, call: () => undefined };
    if (given.length < least || given.length > most) {
      const range = least === most ? String(least) : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
      throw errorAt(at, `${name} takes ${range} arguments, not ${given.length}`);
    }
    if (name === "and" || name === "or") return lazily(name === "or", given, dot);
    const args = given.map((argument) => valueOf(argument, dot));
    return guarded(at, name, () => apply(args));
  }

  /** The first argument that settles the matter, or the last. */
  function lazily(settling: boolean, given: readonly Expression[], dot: Value): Value {
    let value: Value;
    for (const argument of given) {
      value = valueOf(argument, dot);
      if (isTrue(value) === settling) break;
    }
    return value;
  }

  function step(at: string): void {
    if (++steps > mostSteps) throw errorAt(at, `the template takes more than ${mostSteps} steps`);
  }

  run(statements, undefined);
  return output;
}

function guarded<T>(at: string, name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Misuse) throw errorAt(at, `${name} ${cause.message}`, cause);
    throw cause;
  }
}

function fieldOf(value: Value, name: string, at: string): string {
  if (typeof value !== "object") throw errorAt(at, `${describe(value)} has no field ${name}`);
  const entry = value.get(name);
  if (entry === undefined) {
    const known = sortedEntries(value).map(([key]) => key);
    throw errorAt(
      at,
      `"${name}" is not defined; there ${known.length === 0 ? "is nothing" : `are ${known.join(", ")}`}`,
    );
  }
  return entry;
}

function* entriesOf(value: Value, at: string, paired: boolean): Generator<readonly [Value, Value]> {
  if (typeof value === "object") {
    yield* sortedEntries(value);
  } else if (typeof value === "bigint" && !paired) {
    for (let i = 0n; i < value; i++) yield [i, i];
  } else if (value !== undefined) {
    throw errorAt(at, `range cannot visit ${paired ? "pairs of " : ""}${describe(value)}`);
  }
}
