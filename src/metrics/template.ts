import { evaluate } from "./template/evaluate.ts";
import { builtins } from "./template/functions.ts";
import type { TemplateFunction } from "./template/functions.ts";
import { parse } from "./template/parse.ts";

/** What a query's template may call without arguments: a text, or a map of texts whose entries are fields. */
export type TemplateValues = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/**
 * Fills in a query written in the language of Go's text/template, less complex numbers and `call`, `define`, `template`
 * and `block`: docs/decisions/0004-go-templates.md. The work that a template can make is bounded.
 * @throws InvalidSpec whose message begins with `line:column: ` and says what is wrong there
 */
export function renderTemplate(source: string, values: TemplateValues): string {
  const functions = new Map<string, TemplateFunction>(Object.entries(builtins));
  for (const [name, given] of Object.entries(values)) {
    const value = typeof given === "string" ? given : new Map(Object.entries(given));
    functions.set(name, { least: 0, most: 0, call: () => value });
  }
  return evaluate(parse(source, new Set(functions.keys())), functions);
}
