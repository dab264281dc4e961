import { expect, test } from "vitest";
import { createVirtualClock } from "../../virtual-clock.ts";
import { createApiServer } from "../apiserver.ts";
import type { ListResult } from "./list.ts";
import { began, createTestClient } from "./testing.ts";

const path = "/api/v1/namespaces/default/configmaps";

async function open() {
  const server = createApiServer({ clock: createVirtualClock(began) });
  const client = createTestClient(server.transport);
  for (const name of ["b", "a", "c"]) {
    await client.done("POST", path, { metadata: { name, labels: { app: name } } });
  }
  const list = async (query: string) => {
    const { body } = await client.get(`/api/v1/configmaps${query}`);
    const { metadata, items } = body as ListResult;
    return { metadata, names: items.map((item) => item.metadata.name) };
  };
  return { server, list, ...client };
}

/** The token for what comes after a name. */
const after = (version: number, name: string): string =>
  Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: version, start: `default/${name}\0` })).toString("base64url");

test.each([
  ["", { resourceVersion: "7" }, ["a", "b", "c"]],
  ["?limit=2", { resourceVersion: "7", continue: after(7, "b"), remainingItemCount: 1 }, ["a", "b"]],
  ["?limit=2&resourceVersion=0", { resourceVersion: "7" }, ["a", "b", "c"]],
  ["?limit=3", { resourceVersion: "7" }, ["a", "b", "c"]],
  ["?limit=1&labelSelector=app!=b", { resourceVersion: "7", continue: after(7, "a") }, ["a"]],
  [
    `?limit=1&continue=${after(7, "a")}`,
    { resourceVersion: "7", continue: after(7, "b"), remainingItemCount: 1 },
    ["b"],
  ],
  [`?continue=${after(6, "a")}`, { resourceVersion: "6" }, ["b"]],
  [`?continue=${after(-1, "a")}`, { resourceVersion: "7" }, ["b", "c"]],
  ["?labelSelector=app+in+(a,c)", { resourceVersion: "7" }, ["a", "c"]],
  ["?fieldSelector=metadata.name%3Db", { resourceVersion: "7" }, ["b"]],
  ["?fieldSelector=metadata.namespace!%3Ddefault", { resourceVersion: "7" }, []],
  ["?resourceVersion=5&resourceVersionMatch=Exact", { resourceVersion: "5" }, ["b"]],
  ["?resourceVersion=5", { resourceVersion: "7" }, ["a", "b", "c"]],
  ["?resourceVersion=5&resourceVersionMatch=NotOlderThan", { resourceVersion: "7" }, ["a", "b", "c"]],
] as const)("lists %s", async (query, metadata, names) => {
  const { list } = await open();
  expect(await list(query)).toEqual({ metadata, names });
});

test.each([
  ["?resourceVersion=9", 504, "Timeout: Too large resource version: 9, current: 7"],
  ["?resourceVersion=a", 400, 'invalid resource version: strconv.ParseUint: parsing "a": invalid syntax'],
  ["?labelSelector=a,", 400, "found '', expected: identifier after ','"],
  [
    "?fieldSelector=data.a%3Db",
    400,
    '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ],
  ["?fieldSelector=a", 400, "invalid selector: 'a'; can't understand 'a'"],
  ["?continue=a", 400, "continue key is not valid"],
  [
    `?continue=${after(7, "a")}&resourceVersion=7`,
    400,
    "specifying resource version is not allowed when using continue",
  ],
  ["?resourceVersion=1&resourceVersionMatch=Exact", 410, "The resourceVersion for the provided list is too old."],
  [
    "?resourceVersionMatch=Exact",
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  ],
  [
    "?sendInitialEvents=true",
    422,
    'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
  ],
] as const)("refuses %s", async (query, code, message) => {
  const { get } = await open();
  expect((await get(`/api/v1/configmaps${query}`)).body).toMatchObject({ code, message });
});

test("a list that was begun too long ago says how to go on", async () => {
  const { server, get, list } = await open();
  server.compact();
  const { body } = await get(`/api/v1/configmaps?limit=1&continue=${after(6, "a")}`);
  expect(body).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: { continue: after(-1, "a") },
    status: "Failure",
    message: expect.stringMatching(/^The provided continue parameter is too old/) as string,
    reason: "Expired",
    code: 410,
  });
  expect((await list(`?continue=${after(-1, "a")}`)).names).toEqual(["b", "c"]);
});

test("the kind of a list tells the kind of its items", async () => {
  const { get } = await open();
  const { body } = await get(`${path}?limit=1`);
  expect(body).toMatchObject({ kind: "ConfigMapList", apiVersion: "v1" });
  expect(Object.keys((body as ListResult).items[0] ?? {})).toEqual(["metadata"]);
});
