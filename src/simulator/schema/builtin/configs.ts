import type { ConfigMap, Secret } from "kubernetes-types/core/v1.d.ts";
import { canonicalJson } from "../../../kubernetes/canonical.ts";
import type { Cause } from "../../resource.ts";
import { forbidden, invalid, required, tooLong } from "../causes.ts";
import { columnsOf } from "../columns.ts";
import { configKey } from "../names.ts";
import { builtinKind } from "./kind.ts";

/*
 * ConfigMaps and Secrets. Sources: kubernetes, pkg/apis/core/validation, pkg/apis/core/v1 and
 * pkg/printers/internalversion.
 */

type Data = Readonly<Record<string, string>>;

/** Bytes that the values may have together. */
const mostData = 1024 * 1024;

const configMap = columnsOf<ConfigMap>();
const secret = columnsOf<Secret>();
const count = (...data: readonly (Data | undefined)[]): number =>
  data.reduce((sum, each) => sum + Object.keys(each ?? {}).length, 0);

export const configs = [
  builtinKind<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    shortNames: ["cm"],
    columns: [configMap.column("Data", "integer", ({ data, binaryData }) => count(data, binaryData))],
    rules: (config, before) => [
      ...keyProblems(config.data, "data"),
      ...keyProblems(config.binaryData, "binaryData"),
      ...Object.keys(config.data ?? {}).flatMap((key) =>
        key in (config.binaryData ?? {})
          ? [invalid(`data[${key}]`, key, "duplicate of key present in binaryData")]
          : [],
      ),
      ...sizeProblems([config.data, config.binaryData], ""),
      ...changed(config, before, ["data", "binaryData"]),
    ],
  }),
  builtinKind<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    columns: [
      secret.column("Type", "string", ({ type }) => type ?? ""),
      secret.column("Data", "integer", ({ data }) => count(data)),
    ],
    complete: ({ stringData, ...rest }) => ({
      type: "Opaque",
      ...rest,
      ...(stringData !== undefined && { data: { ...rest.data, ...encoded(stringData) } }),
    }),
    rules: (given, before) => [
      ...keyProblems(given.data, "data"),
      ...sizeProblems([given.data], "data"),
      ...(requiredKeys[given.type ?? ""] ?? []).flatMap((key) =>
        key in (given.data ?? {}) ? [] : [required(`data[${key}]`)],
      ),
      ...(before !== undefined && before.type !== given.type
        ? [invalid("type", given.type, "field is immutable")]
        : []),
      ...changed(given, before, ["data"]),
    ],
  }),
];

const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
};

/** Text goes in as text and comes out as base64. */
function encoded(texts: Data): Data {
  return Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text, "utf8").toString("base64")]),
  );
}

function keyProblems(data: Data | undefined, field: string): readonly Cause[] {
  return Object.keys(data ?? {}).flatMap((key) =>
    configKey(key).map((detail) => invalid(`${field}[${key}]`, key, detail)),
  );
}

function sizeProblems(data: readonly (Data | undefined)[], field: string): readonly Cause[] {
  const bytes = data
    .flatMap((each) => Object.values(each ?? {}))
    .reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  return bytes > mostData ? [tooLong(field, mostData)] : [];
}

/** What is marked as immutable keeps its data and the mark. */
function changed<T extends ConfigMap | Secret>(
  now: T,
  before: T | undefined,
  fields: readonly (keyof T & string)[],
): readonly Cause[] {
  if (before?.immutable !== true) return [];
  const says = "field is immutable when `immutable` is set";
  return [
    ...(now.immutable === true ? [] : [forbidden("immutable", says)]),
    ...fields
      .filter((field) => canonicalJson(now[field] ?? {}) !== canonicalJson(before[field] ?? {}))
      .map((field) => forbidden(field, says)),
  ];
}
