import { isRecord } from "../../kubernetes/canonical.ts";
import type { ServedResource, StoredObject } from "../resource.ts";
import { badRequest, qualified } from "./status.ts";

/** One requirement: that the field has the value, or that it has not. */
interface Term {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
}

/** What each resource can be selected by, beside its name and namespace. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.podIPs",
    "status.nominatedNodeName",
  ],
  nodes: ["spec.unschedulable"],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  namespaces: ["status.phase"],
  secrets: ["type"],
  services: ["spec.clusterIP", "spec.type"],
  "jobs.batch": ["status.successful"],
};

/**
 * The selector of a query: `field=value`, `field==value` and `field!=value`, joined by commas. A backslash takes the
 * meaning from the comma, the equals sign and the backslash after it.
 * @throws StatusError 400
 */
export function parseFieldSelector(resource: ServedResource, text: string): (object: StoredObject) => boolean {
  const terms = (text.match(/(\\.|[^,\\])+/g) ?? []).map((part) => termOf(part, text));
  for (const { field } of terms) checkField(resource, field);
  return (object) => terms.every(({ field, value, negated }) => (fieldOf(object, field) === value) !== negated);
}

function termOf(part: string, whole: string): Term {
  const [, field, operator, value = ""] = /^(.*?)(!=|==|=)(.*)$/s.exec(part) ?? [];
  if (field === undefined) throw badRequest(`invalid selector: '${whole}'; can't understand '${part}'`);
  return { field, value: value.replace(/\\(.)/g, "$1"), negated: operator === "!=" };
}

function checkField(resource: ServedResource, field: string): void {
  const own = selectable[qualified(resource)];
  if (field === "metadata.name" || (field === "metadata.namespace" && resource.namespaced)) return;
  if (own?.includes(field) === true) return;
  throw badRequest(
    own === undefined
      ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
      : `field label not supported: ${field}`,
  );
}

/** The value of a field as text; empty where it is missing. */
function fieldOf(object: StoredObject, field: string): string {
  if (field === "source") return fieldOf(object, "source.component") || fieldOf(object, "reportingComponent");
  const value = field.split(".").reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), object);
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return field === "spec.unschedulable" || field === "spec.hostNetwork" ? "false" : "";
}
