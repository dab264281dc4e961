import type { Ingress as KubernetesIngress } from "kubernetes-types/networking/v1.d.ts";
import { canaries } from "../api/canary.ts";
import type { Canary } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { apexName, canaryName, sourceName } from "../api/names.ts";
import { ownerReference } from "../api/ownership.ts";
import { changeTo } from "../kubernetes/change.ts";
import type { Change, ObjectAt } from "../kubernetes/change.ts";
import { withoutFlux } from "../kubernetes/flux.ts";
import { apiVersionOf, ingresses } from "../kubernetes/resources.ts";
import type { Stored } from "../kubernetes/resources.ts";
import type { NotReady, RouterView } from "./router.ts";

/*
 * What the ingress controllers have in common that split the requests of one Ingress by a second one: the copy, called
 * `NAME-canary`, of the original that `spec.ingressRef` names. The original is only read.
 */

export type Ingress = Stored<KubernetesIngress>;

/** The original and the copy. */
export type Ingresses = readonly [original: Ingress, copy: Ingress];

/** Annotations of an object, by key. */
export type Annotations = Readonly<Record<string, string>>;

/** What `kubectl apply` leaves behind: it is about the original alone. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Where original and copy are.
 * @throws InvalidSpec when the Canary names no Ingress
 */
export function ingressesOf(canary: Canary): readonly [original: ObjectAt<Ingress>, copy: ObjectAt<Ingress>] {
  const { ingressRef } = canary.spec;
  if (ingressRef === undefined || ingressRef.name === "") {
    throw new InvalidSpec(
      `canary ${sourceName(canary)} must have spec.ingressRef: name the Ingress through which users come`,
    );
  }
  const { namespace } = canary.metadata;
  const at = (name: string): ObjectAt<Ingress> => ({
    resource: ingresses,
    key: { name, ...(namespace !== undefined && { namespace }) },
  });
  return [at(ingressRef.name), at(canaryName(ingressRef.name))];
}

/** What the copy takes over: annotations that others have put on it, and those of the original. */
export function copiedAnnotations({ live: [original, copy] }: RouterView<Ingresses>): Annotations {
  const { [lastApplied]: _, ...annotations } = withoutFlux(original?.metadata.annotations);
  return { ...copy?.metadata.annotations, ...annotations };
}

/**
 * The change that makes the copy as it has to be; none when it is. Each path to the apex Service leads to these Services.
 * Paths to others, and what no path takes, are left to the original alone.
 * @throws InvalidSpec when there is nothing to copy, or the copy is another Canary's
 */
export function copyChanges(
  view: RouterView<Ingresses>,
  services: readonly string[],
  annotations: Annotations,
): readonly Change[] {
  const original = originalOf(view);
  if ("fix" in original) throw new InvalidSpec(`spec.ingressRef.name: ${original.problem}: ${original.fix}`);
  const {
    canary,
    live: [, copy],
  } = view;
  const labels = { ...copy?.metadata.labels, ...withoutFlux(original.metadata.labels) };
  const metadata = { ...(Object.keys(labels).length > 0 && { labels }), annotations };
  const { ingressClassName, tls } = original.spec ?? {};
  const spec = { ingressClassName, tls, rules: rulesTo(services, original, apexName(canary)) };
  if (copy === undefined) {
    const object = {
      apiVersion: apiVersionOf(ingresses),
      kind: ingresses.kind,
      metadata: { ...ingressesOf(canary)[1].key, ...metadata, ownerReferences: [ownerReference(canary)] },
      spec,
    };
    return [{ kind: "create", resource: ingresses, object }];
  }
  const change = changeTo(ingresses, copy, {
    ...copy,
    metadata: { ...copy.metadata, ...metadata },
    spec: { ...copy.spec, defaultBackend: undefined, ...spec },
  });
  return change === undefined ? [] : [change];
}

/** The change that gives a copy which exists these annotations, and leaves all else. */
export function annotationChanges(copy: Ingress, annotations: Annotations): readonly Change[] {
  const change = changeTo(ingresses, copy, { ...copy, metadata: { ...copy.metadata, annotations } });
  return change === undefined ? [] : [change];
}

/** The copy, if requests for the apex can reach each of these Services through it; or why they cannot. */
export function workingCopy(view: RouterView<Ingresses>, services: readonly string[]): Ingress | NotReady {
  const original = originalOf(view);
  if ("fix" in original) return { notReady: original.problem };
  const [, copy] = view.live;
  const text = textOf(ingressesOf(view.canary)[1]);
  if (copy === undefined) return { notReady: `${text} does not exist` };
  const missed = services.find((service) => !leadsTo(service, copy));
  return missed === undefined ? copy : { notReady: `${text} has no path to Service ${missed}` };
}

/** Why there is nothing to split, and what the user can do about it. */
interface Obstacle {
  readonly problem: string;
  readonly fix: string;
}

function originalOf({ canary, live: [original, copy] }: RouterView<Ingresses>): Ingress | Obstacle {
  const [originalAt, copyAt] = ingressesOf(canary);
  const apex = apexName(canary);
  if (original === undefined) {
    const fix = "create it, or name the one through which users come";
    return { problem: `${textOf(originalAt)} does not exist`, fix };
  }
  if (!leadsTo(apex, original)) {
    const fix = "add one, or name the Ingress that has it";
    return { problem: `${textOf(originalAt)} has no path to Service ${apex}`, fix };
  }
  const rival = copy?.metadata.ownerReferences?.find(
    ({ controller, kind, name }) => controller === true && kind === canaries.kind && name !== canary.metadata.name,
  );
  if (rival !== undefined) {
    const fix = "give each Canary an Ingress of its own";
    return { problem: `${textOf(copyAt)} is that of canary ${rival.name}`, fix };
  }
  return original;
}

function leadsTo(service: string, { spec }: Ingress): boolean {
  return (spec?.rules ?? []).some((rule) => rule.http?.paths.some(({ backend }) => backend.service?.name === service));
}

function rulesTo(services: readonly string[], { spec }: Ingress, apex: string) {
  return (spec?.rules ?? []).flatMap((rule) => {
    const paths = (rule.http?.paths ?? [])
      .filter(({ backend }) => backend.service?.name === apex)
      .flatMap((path) =>
        services.map((name) => ({ ...path, backend: { service: { ...path.backend.service, name } } })),
      );
    return paths.length === 0 ? [] : [{ ...rule, http: { paths } }];
  });
}

function textOf({ resource, key: { name, namespace = "" } }: ObjectAt): string {
  return `${resource.kind} ${name}.${namespace}`;
}
