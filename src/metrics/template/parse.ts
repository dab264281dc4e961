import { errorAt, lex } from "./lex.ts";
import type { Token } from "./lex.ts";
import type { Expression, Pipeline, Statement, Variable } from "./syntax.ts";
import type { Value } from "./value.ts";

const constants: ReadonlyMap<string, Value> = new Map([
  ["true", true],
  ["false", false],
  ["nil", undefined],
]);
const controls = ["if", "with", "range"] as const;
const unsupported = ["define", "template", "block"];
/** Parentheses and blocks may be nested this deep. */
const deepest = 100;

/**
 * The statements of a template. `functions` are the names that may be called.
 * @throws InvalidSpec on what the grammar does not allow, unknown functions and undeclared variables
 */
export function parse(source: string, functions: ReadonlySet<string>): readonly Statement[] {
  const tokens = lex(source);
  const scope: Variable[] = [];
  let index = 0;
  let depth = 0;
  let loops = 0;

  const peek = (ahead = 0): Token => tokens[index + ahead] ?? { kind: "end", text: "", at: "1:1", spaced: false };
  const isSymbol = (text: string, ahead = 0): boolean => peek(ahead).kind === "symbol" && peek(ahead).text === text;
  const isAction = (name: string): boolean => isSymbol("{{") && peek(1).kind === "name" && peek(1).text === name;
  const show = ({ kind, text }: Token): string => (kind === "end" ? "the end of the template" : text);

  function expect(symbol: string): void {
    if (!isSymbol(symbol)) throw errorAt(peek().at, `expected ${symbol}, found ${show(peek())}`);
    index++;
  }

  function nested<T>(at: string, parseInside: () => T): T {
    if (++depth > deepest) throw errorAt(at, `nested more than ${deepest} deep`);
    const inside = parseInside();
    depth--;
    return inside;
  }

  /** Statements up to the end, or to an `{{ end }}` or `{{ else }}`, which is left to the caller. */
  function statements(): readonly Statement[] {
    const found: Statement[] = [];
    const outer = scope.length;
    while (peek().kind !== "end" && !isAction("end") && !isAction("else")) found.push(statement());
    scope.length = outer;
    return found;
  }

  function statement(): Statement {
    const token = peek();
    index++;
    if (token.kind === "text") return { kind: "text", text: token.text, at: token.at };
    const { kind, text, at } = peek();
    const keyword = kind === "name" ? text : "";
    const control = controls.find((name) => name === keyword);
    if (control !== undefined) return nested(at, () => block(control));
    if (unsupported.includes(keyword)) throw errorAt(at, `{{ ${keyword} }} is not supported in queries`);
    if (keyword === "break" || keyword === "continue") {
      if (loops === 0) throw errorAt(at, `{{ ${keyword} }} outside of a {{ range }}`);
      index++;
      expect("}}");
      return { kind: keyword };
    }
    return { kind: "action", pipeline: pipeline("an action", 1) };
  }

  /** From the keyword on up to and with the closing `{{ end }}`. */
  function block(kind: (typeof controls)[number]): Statement {
    const outer = scope.length;
    const { at } = peek();
    index++;
    const head = pipeline(`{{ ${kind} }}`, kind === "range" ? 2 : 1);
    if (kind === "range") loops++;
    const body = statements();
    if (kind === "range") loops--;
    const otherwise = isAction("else") ? alternative(kind) : end(at);
    scope.length = outer;
    return { kind, pipeline: head, body, otherwise };
  }

  /** `{{ else }}`, `{{ else if }}` in an if and `{{ else with }}` in a with, up to and with the `{{ end }}`. */
  function alternative(kind: (typeof controls)[number]): readonly Statement[] {
    const { at } = peek(1);
    index += 2;
    if (kind !== "range" && peek().kind === "name" && peek().text === kind) return [nested(at, () => block(kind))];
    expect("}}");
    const body = statements();
    end(at);
    return body;
  }

  function end(opened: string): readonly [] {
    if (!isAction("end")) throw errorAt(peek().at, `expected an {{ end }} for ${opened}, found ${showAction()}`);
    index += 2;
    expect("}}");
    return [];
  }

  function showAction(): string {
    return isSymbol("{{") ? `{{ ${show(peek(1))} }}` : show(peek());
  }

  /** Up to and with the closing `}}`. */
  function pipeline(where: string, most: number): Pipeline {
    const targets: Token[] = [];
    const start = index;
    while (peek().kind === "variable" && (isSymbol(",", 1) || isSymbol(":=", 1) || isSymbol("=", 1))) {
      targets.push(peek());
      index += 2;
      if (!isSymbol(",", -1)) break;
    }
    const sets = index > start;
    const declares = sets && isSymbol(":=", -1);
    if (sets && isSymbol(",", -1)) throw errorAt(peek().at, `expected a variable and :=, found ${show(peek())}`);
    if (targets.length > most) throw errorAt(peek(-1).at, `too many variables for ${where}`);
    const value = commands("}}", where);
    const variables = targets.map(({ text, at }) => (declares ? { name: text } : lookUp(text, at)));
    if (declares) scope.push(...variables);
    return { variables, value };
  }

  function lookUp(name: string, at: string): Variable {
    const variable = scope.findLast((declared) => declared.name === name);
    if (variable === undefined) throw errorAt(at, `variable ${name} is not defined`);
    return variable;
  }

  /** Commands separated by `|`, each given the value of the one before, up to and with `close`. */
  function commands(close: "}}" | ")", where: string): Expression {
    const { at } = peek();
    let piped: Expression | undefined;
    while (!isSymbol(close)) {
      piped = command(piped);
      if (!isSymbol("|")) break;
      index++;
    }
    expect(close);
    if (piped === undefined) throw errorAt(at, `${where} needs a value`);
    return piped;
  }

  function command(piped: Expression | undefined): Expression {
    const { kind, text, at } = peek();
    if (kind === "name" && text === "nil") throw errorAt(at, "nil can only be an argument");
    const head = operand();
    const given = [...operands(), ...(piped === undefined ? [] : [piped])];
    if (head.kind === "call" && kind === "name" && !constants.has(text)) return { ...head, arguments: given };
    if (given.length > 0) throw errorAt(at, `${text} is not a function, so it takes no arguments`);
    return head;
  }

  function operands(): readonly Expression[] {
    const found: Expression[] = [];
    while (!isSymbol("}}") && !isSymbol(")") && !isSymbol("|")) {
      const token = peek();
      if (!token.spaced) throw errorAt(token.at, `unexpected ${show(token)}; arguments are separated by spaces`);
      found.push(operand());
    }
    return found;
  }

  function operand(): Expression {
    let found = term();
    while (peek().kind === "field" && !peek().spaced) {
      found = { kind: "field", of: found, name: peek().text.slice(1), at: peek().at };
      index++;
    }
    return found;
  }

  function term(): Expression {
    const token = peek();
    const { text, at } = token;
    index++;
    switch (token.kind) {
      case "literal":
        return { kind: "literal", value: token.value, at };
      case "field":
        return { kind: "field", of: { kind: "dot", at }, name: text.slice(1), at };
      case "variable":
        // The data of a query's template is nil, and `$` is the data.
        if (text === "$") return { kind: "literal", value: undefined, at };
        return { kind: "variable", variable: lookUp(text, at), at };
      case "name":
        if (constants.has(text)) return { kind: "literal", value: constants.get(text), at };
        if (!functions.has(text)) {
          const known = [...functions].sort().join(", ");
          throw errorAt(at, `function ${text} is not defined; there are ${known}`);
        }
        return { kind: "call", name: text, arguments: [], at };
      case "symbol":
        if (text === ".") return { kind: "dot", at };
        if (text === "(") return nested(at, () => commands(")", "( )"));
        break;
      case "text":
      case "end":
    }
    throw errorAt(at, `unexpected ${show(token)}`);
  }

  const found = statements();
  if (peek().kind !== "end")
    throw errorAt(peek().at, `${showAction()} belongs to no {{ if }}, {{ with }} or {{ range }}`);
  return found;
}
