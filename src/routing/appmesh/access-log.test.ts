import { expect, test } from "vitest";
import { ownerReference } from "../../api/ownership.ts";
import { canaryWith } from "../testdata/contract.ts";
import { loggingOf } from "./access-log.ts";
import type { Logging } from "./access-log.ts";

const on = canaryWith({ annotations: { "appmesh.flagger.app/accesslog": "enabled" } });
const off = canaryWith({ annotations: { "appmesh.flagger.app/accesslog": "disabled" } });
const to = (path: string): Logging => ({ accessLog: { file: { path } } });
const stdout = to("/dev/stdout");

function node(isOwn: boolean, logging?: Logging) {
  const metadata = { name: "podinfo", ...(isOwn && { ownerReferences: [ownerReference(on)] }) };
  return { metadata, spec: logging === undefined ? {} : { logging } };
}

test.each([
  ["asked for", on, undefined, stdout],
  ["asked for where there is another", on, node(true, to("/var/log/access")), stdout],
  ["not asked for", canaryWith(), undefined, undefined],
  ["not asked for by another value", off, undefined, undefined],
  ["not asked for any more", off, node(true, stdout), undefined],
  ["not asked for where others have set one", off, node(true, to("/var/log/access")), to("/var/log/access")],
  ["not asked for on a VirtualNode of somebody else", off, node(false, stdout), stdout],
  ["not asked for where there is none", off, node(true), undefined],
])("a log that is %s", (_, canary, live, logging) => {
  expect(loggingOf(canary, live)).toEqual(logging);
});
