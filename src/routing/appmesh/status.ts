import type { ObjectAt } from "../../kubernetes/change.ts";
import type { KubeObject } from "../../kubernetes/objects.ts";

/** An object of App Mesh, and what its controller says of it. */
export interface Reported extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly Condition[] | null;
    /** The generation that this is about. Kinds of v1beta1 do not have it. */
    readonly observedGeneration?: number;
  } | null;
}

export interface Condition {
  /** `VirtualNodeActive`, `VirtualRouterActive`, `VirtualServiceActive`, and `RoutesActive` in v1beta1. */
  readonly type: string;
  /** `True`, `False` or `Unknown`. */
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Why these objects are not all there and in effect, or undefined when they are. */
export function notInEffect(objects: readonly ObjectAt[], live: readonly (Reported | undefined)[]): string | undefined {
  for (const [index, at] of objects.entries()) {
    const object = live[index];
    if (object === undefined) return `${textOf(at)} does not exist`;
    const reason = notActive(object);
    if (reason !== undefined) return `${textOf(at)} not ready: ${reason}`;
  }
  return undefined;
}

/** `KIND NAME.NAMESPACE`. */
export function textOf({ resource, key: { name, namespace = "" } }: ObjectAt): string {
  return `${resource.kind} ${name}.${namespace}`;
}

/** Why App Mesh does not act on an object as it stands, or undefined when it does. */
function notActive({ metadata: { generation = 0 }, status }: Reported): string | undefined {
  if ((status?.observedGeneration ?? generation) < generation) {
    return "the App Mesh controller has not yet taken its last change";
  }
  const conditions = (status?.conditions ?? []).filter(({ type }) => type.endsWith("Active"));
  if (conditions.length === 0) return "no App Mesh controller has looked at it";
  const failed = conditions.find((condition) => condition.status !== "True");
  if (failed === undefined) return undefined;
  const { reason = "", message = "" } = failed;
  const why = [reason, message].filter((text) => text !== "").join(": ");
  return `${failed.type} is ${failed.status}${why === "" ? "" : `, ${why}`}`;
}
