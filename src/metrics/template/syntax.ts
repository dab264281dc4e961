import type { Value } from "./value.ts";

/** A declaration of a template variable. Each is an object of its own, so that scopes are settled once parsed. */
export interface Variable {
  readonly name: string;
}

/** What gives a value. A pipeline is a call whose last argument is what was piped in. `at` is a `line:column`. */
export type Expression = { readonly at: string } & (
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "dot" }
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "field"; readonly of: Expression; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
);

/** An expression, and the variables that take its value: two only for the key and value of a range. */
export interface Pipeline {
  readonly variables: readonly Variable[];
  readonly value: Expression;
}

export type Statement =
  | { readonly kind: "text"; readonly text: string; readonly at: string }
  | { readonly kind: "action"; readonly pipeline: Pipeline }
  | {
      readonly kind: "if" | "with" | "range";
      readonly pipeline: Pipeline;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: "break" | "continue" };
