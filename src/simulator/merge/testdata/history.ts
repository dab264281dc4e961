import type { StoredObject } from "../../resource.ts";
import type { Schema } from "../../schema/schema.ts";
import { apply } from "../apply.ts";
import { paths } from "../field-set.ts";
import { trackUpdate } from "../managed-fields.ts";
import { readManagers, withoutManagers } from "../managers.ts";
import { elementText } from "../path-element.ts";

/** One write to an object: what `kubectl apply --server-side` or `kubectl replace` sends. */
export interface Write {
  readonly verb: "apply" | "update";
  readonly by: string;
  /** Whatever the object is to hold beyond its type and name. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly force?: boolean;
  readonly subresource?: string;
}

/** An apply. */
export function applies(by: string, object: Write["object"], more: Partial<Write> = {}): Write {
  return { verb: "apply", by, object, ...more };
}

/** A create, and then an update that sends the whole object. */
export function updates(by: string, object: Write["object"], more: Partial<Write> = {}): Write {
  return { verb: "update", by, object, ...more };
}

/** Does one write after the other, a second apart: the first at 10 seconds past midnight. */
export function play(schema: Schema, writes: readonly Write[]): StoredObject {
  const [first, ...others] = writes;
  if (first === undefined) throw new Error("a history has at least one write");
  return others.reduce((live, write, index) => step(schema, live, write, index + 1), step(schema, undefined, first, 0));
}

/** Does one write, `index` seconds after the first. */
export function step(schema: Schema, live: StoredObject | undefined, write: Write, index: number): StoredObject {
  const { verb, by, object, force = false, subresource } = write;
  const time = `2024-01-01T00:00:${String(10 + index)}Z`;
  const sent = thing(schema, object);
  const common = { schema, manager: by, time, ...(subresource !== undefined && { subresource }) };
  return verb === "apply"
    ? apply({ ...common, live, intent: sent, force })
    : trackUpdate({ ...common, before: live, after: sent });
}

function thing(schema: Schema, object: Write["object"]): StoredObject {
  const builtin = schema.properties?.["status"] !== undefined;
  const { metadata = {}, ...rest } = object as { metadata?: object };
  return {
    apiVersion: builtin ? "apps/v1" : "example.com/v1",
    kind: builtin ? "Deployment" : "Widget",
    metadata: { name: "app", namespace: "test", ...metadata },
    ...rest,
  };
}

/** Who owns what: `name operation seconds` (and the subresource), and the paths of the fields. */
export function owners(object: StoredObject): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    [...(readManagers(object)?.values() ?? [])].map(({ name, operation, time, subresource, fields }) => [
      [name, operation, time?.slice(-3, -1) ?? "never", ...(subresource === "" ? [] : [subresource])].join(" "),
      paths(fields).map((path) => path.map(elementText).join("")),
    ]),
  );
}

/** The object without its type, its name and its managers. */
export function content(object: StoredObject): unknown {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = withoutManagers(object);
  const { name: _name, namespace: _namespace, ...more } = metadata;
  return Object.keys(more).length === 0 ? rest : { metadata: more, ...rest };
}
