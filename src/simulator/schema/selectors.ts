import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import type { Cause } from "../resource.ts";
import { none } from "./columns.ts";
import { forbidden, invalid, required } from "./causes.ts";
import { labelProblems, named } from "./metadata.ts";
import { labelValue, qualifiedName } from "./names.ts";

type Labels = Readonly<Record<string, string>>;

/** Labels as kubectl shows them: `a=1,b=2`, sorted, or `<none>`. */
export function formatLabels(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? none : pairs.sort().join(",");
}

/** A label selector as text, such as `app=a,tier in (x,y)`: what kubectl shows and the subresource `scale` gives. */
export function formatSelector(selector: LabelSelector = {}): string {
  const requirements = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => [key, `${key}=${value}`] as const),
    ...(selector.matchExpressions ?? []).map(
      ({ key, operator, values = [] }) => [key, formatRequirement(key, operator, values)] as const,
    ),
  ];
  if (requirements.length === 0) return none;
  return requirements
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(",");
}

function formatRequirement(key: string, operator: string, values: readonly string[]): string {
  switch (operator) {
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return `${key} ${operator.toLowerCase()} (${values.toSorted().join(",")})`;
  }
}

/** Whether labels match a selector; an empty one matches everything. */
export function matches(selector: LabelSelector, labels: Labels = {}): boolean {
  const pairs = Object.entries(selector.matchLabels ?? {});
  return (
    pairs.every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const label = labels[key];
      switch (operator) {
        case "In":
          return label !== undefined && values.includes(label);
        case "NotIn":
          return label === undefined || !values.includes(label);
        case "Exists":
          return label !== undefined;
        default:
          return label === undefined;
      }
    })
  );
}

/** What is wrong with a label selector. Source: k8s.io/apimachinery, package apis/meta/v1/validation. */
export function selectorProblems(selector: LabelSelector, path: string): readonly Cause[] {
  return [
    ...labelProblems(`${path}.matchLabels`, selector.matchLabels),
    ...(selector.matchExpressions ?? []).flatMap(({ key, operator, values = [] }, index) => {
      const at = `${path}.matchExpressions[${index}]`;
      return [...operatorProblems(operator, values, at), ...named(`${at}.key`, key, qualifiedName)];
    }),
  ];
}

function operatorProblems(operator: string, values: readonly string[], at: string): readonly Cause[] {
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length === 0
        ? [required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
        : values.flatMap((value, index) => named(`${at}.values[${index}]`, value, labelValue));
    case "Exists":
    case "DoesNotExist":
      return values.length > 0
        ? [forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
        : [];
    default:
      return [invalid(`${at}.operator`, operator, "not a valid selector operator")];
  }
}
