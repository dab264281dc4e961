import { validateAlertProvider, validateCanary, validateMetricTemplate } from "../../api/validation.ts";
import { isRecord } from "../../kubernetes/canonical.ts";
import type { Manifest } from "../../kubernetes/objects.ts";
import { readDocuments } from "../../kubernetes/yaml.ts";
import { BadInput } from "./bad-input.ts";

/** A file as it was read. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** An object of a file. */
export interface Given {
  readonly object: Manifest;
  /** How messages name it: `canary.yaml: Canary podinfo`. */
  readonly source: string;
}

const ours = "flagger.app/v1beta1";

/**
 * The objects of a YAML file and of the lists in it, each in a namespace and without what only a cluster can say of it.
 * @throws BadInput when it is no YAML of objects, or one of flagger.app is not valid
 */
export function readManifests({ name, text }: Source): readonly Given[] {
  return readDocuments(text).flatMap((document) => {
    if ("mistake" in document) throw new BadInput(`${name}: line ${document.line}: ${document.mistake}`);
    const { content } = document;
    if (content === null || content === undefined) return [];
    const line = document.lineOf("");
    const items = isRecord(content) && content["kind"] === "List" ? content["items"] : [content];
    return Array.isArray(items) ? items.map((item: unknown) => read(name, line, item)) : [];
  });
}

function read(file: string, line: number, content: unknown): Given {
  const at = `${file}: the document at line ${line}`;
  if (!isRecord(content)) throw new BadInput(`${at} is no object: write apiVersion, kind, metadata and spec`);
  const { apiVersion, kind, metadata, status: _, ...rest } = content;
  if (typeof apiVersion !== "string") throw new BadInput(`${at}: apiVersion: is required`);
  if (typeof kind !== "string") throw new BadInput(`${at}: kind: is required`);
  if (!isRecord(metadata) || typeof metadata["name"] !== "string") {
    throw new BadInput(`${at}: metadata.name: is required`);
  }
  const { name, namespace = "default", labels, annotations } = metadata;
  const source = `${file}: ${kind} ${name}`;
  if (typeof namespace !== "string") throw new BadInput(`${source}: metadata.namespace: must be a text`);
  const object = { apiVersion, kind, metadata: { name, namespace, labels, annotations }, ...rest } as Manifest;
  const [mistake] = apiVersion === ours ? mistakes(object) : [];
  if (mistake !== undefined) throw new BadInput(`${source}: ${mistake}`);
  return { object, source };
}

function mistakes(object: Manifest): readonly string[] {
  switch (object.kind) {
    case "Canary":
      return validateCanary(object, { noCrossNamespaceRefs: false });
    case "MetricTemplate":
      return validateMetricTemplate(object);
    case "AlertProvider":
      return validateAlertProvider(object);
    default:
      return [`kind: ${object.kind} is unknown in ${ours}`];
  }
}
