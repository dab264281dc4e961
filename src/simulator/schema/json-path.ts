import { isRecord } from "../../kubernetes/canonical.ts";

/**
 * The values that a JSONPath finds, in order. Understands what kubectl users write for columns: `.spec.a`, `['b.c/d']`,
 * `.a[0]`, `.a[-1]`, `.a[*]` and `.a[?(@.type=="Ready")]` (also `!=`, `<`, `<=`, `>`, `>=`), with or without `$` or
 * braces around. Undefined for a path of another form.
 */
export function jsonPath(path: string): ((object: unknown) => readonly unknown[]) | undefined {
  const steps: Step[] = [];
  let rest = path.replace(/^\{(.*)\}$/s, "$1").replace(/^\$/, "");
  while (rest !== "" && rest !== ".") {
    const form = forms.find(([expression]) => expression.test(rest));
    if (form === undefined) return undefined;
    const [matched = "", ...groups] = form[0].exec(rest) ?? [];
    steps.push(form[1](groups.map((group: string | undefined) => group ?? "")));
    rest = rest.slice(matched.length);
  }
  return (object) => steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [object]);
}

type Step = (value: unknown) => readonly unknown[];

const forms: readonly (readonly [RegExp, (groups: readonly string[]) => Step])[] = [
  [/^\.?\[\*\]|^\.\*/, () => (value) => (isList(value) ? value : isRecord(value) ? Object.values(value) : [])],
  [
    /^\.?\[(-?\d+)\]/,
    ([index]) =>
      (value) =>
        Array.isArray(value) ? present(value.at(Number(index))) : [],
  ],
  [/^\.?\[(?:'([^']*)'|"([^"]*)")\]/, ([single = "", double]) => field(single === "" ? (double ?? "") : single)],
  [
    /^\.?\[\?\(\s*@((?:\.[^\s.=!<>)]+)*)\s*(?:(==|!=|<=|>=|<|>)\s*(?:'([^']*)'|"([^"]*)"|([^\s)'"]+))\s*)?\)\]/,
    ([path = "", operator = "", single = "", double = "", word = ""]) => filter(path, operator, single + double, word),
  ],
  [/^\.((?:\\.|[^.[\]\\])+)/, ([name = ""]) => field(name.replaceAll(/\\(.)/g, "$1"))],
];

function field(name: string): Step {
  return (value) => (isRecord(value) && Object.hasOwn(value, name) ? present(value[name]) : []);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function present(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}

function filter(path: string, operator: string, text: string, word: string): Step {
  const find = jsonPath(path);
  const wanted: unknown = word === "" ? text : literal(word);
  const keeps = (item: unknown): boolean => {
    const [found] = find?.(item) ?? [];
    return operator === "" ? found !== undefined : found !== undefined && compare(found, operator, wanted);
  };
  return (value) => (isList(value) ? value.filter(keeps) : []);
}

function literal(word: string): unknown {
  if (word === "true" || word === "false") return word === "true";
  return Number.isNaN(Number(word)) ? word : Number(word);
}

function compare(found: unknown, operator: string, wanted: unknown): boolean {
  if (operator === "==") return found === wanted;
  if (operator === "!=") return found !== wanted;
  if (typeof found !== typeof wanted || (typeof found !== "number" && typeof found !== "string")) return false;
  const [left, right] = typeof found === "number" ? [found, Number(wanted)] : [found, String(wanted)];
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    default:
      return left >= right;
  }
}
