import { createHash } from "node:crypto";
import type { ConfigMap, Secret } from "kubernetes-types/core/v1.d.ts";
import { canonicalJson } from "../kubernetes/canonical.ts";
import type { KubeObject } from "../kubernetes/objects.ts";
import type { Stored } from "../kubernetes/resources.ts";
import type { ConfigRef } from "./workload.ts";

/** What is kept in memory of a ConfigMap or Secret: none of its data. */
export interface ConfigSummary extends KubeObject {
  /** Type of a Secret. */
  readonly type?: string;
  /** Changes with the data: see `checksum`. */
  readonly checksum: string;
}

/** What the pods of a target read, as far as it is tracked. */
export interface TrackedConfigs {
  /** Those that the primary gets a copy of. */
  readonly refs: readonly ConfigRef[];
  /** Their checksums, by `configmap/NAME` or `secret/NAME`. */
  readonly checksums: Readonly<Record<string, string>>;
  /** Those that do not exist and without which the pods do not start. */
  readonly missing: readonly ConfigRef[];
}

/** On a ConfigMap or Secret: `disable…` leaves it untracked, so that target and primary read the same one. */
const optOut = "flagger.app/config-tracking";

/** Secrets of other types, such as service account tokens, are not tracked. */
const trackedTypes = ["Opaque", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/tls"];

/** Which of these references are tracked. `lookUp` answers with undefined for an object that does not exist. */
export function trackConfigs(
  refs: readonly ConfigRef[],
  lookUp: (ref: ConfigRef) => ConfigSummary | undefined,
): TrackedConfigs {
  const found = refs.map((ref) => ({ ref, config: lookUp(ref) }));
  const tracked = found.flatMap(({ ref, config }) =>
    config !== undefined && isTracked(config) ? { ref, config } : [],
  );
  return {
    refs: tracked.map(({ ref }) => ref),
    checksums: Object.fromEntries(tracked.map(({ ref, config }) => [configKey(ref), config.checksum])),
    missing: found.filter(({ ref, config }) => config === undefined && !ref.optional).map(({ ref }) => ref),
  };
}

/** `configmap/NAME` or `secret/NAME`: the key in `status.trackedConfigs`. */
export function configKey({ kind, name }: ConfigRef): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** Drops the data of a ConfigMap or Secret and keeps what tells whether it is tracked and whether it has changed. */
export function summarise(config: Stored<ConfigMap> | Stored<Secret>): ConfigSummary {
  const { annotations, ...metadata } = config.metadata;
  const tracking = annotations?.[optOut];
  return {
    metadata: { ...metadata, ...(tracking !== undefined && { annotations: { [optOut]: tracking } }) },
    ...("type" in config && { type: config.type }),
    checksum: checksum(config),
  };
}

/**
 * The first 8 bytes, in hexadecimal, of the SHA-256 of `data` as Go writes it in JSON: keys sorted, `<`, `>`, `&` and
 * the two line separators escaped, `null` for no data. Flagger's checksums are the same, except that they leave out
 * `binaryData`; here it follows `data`.
 */
export function checksum({ data, binaryData }: Pick<ConfigMap, "data" | "binaryData">): string {
  const json = goJson(data) + (binaryData === undefined ? "" : goJson(binaryData));
  return createHash("sha256").update(json).digest("hex").slice(0, 16);
}

function goJson(value: unknown): string {
  return canonicalJson(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function isTracked({ metadata, type = "Opaque" }: ConfigSummary): boolean {
  return metadata.annotations?.[optOut]?.startsWith("disable") !== true && trackedTypes.includes(type);
}
