import { expect, test } from "vitest";
import { edit, passedOn } from "./headers.ts";

test("sets, adds and removes headers", () => {
  const before = { a: ["1"], "set-cookie": ["x=1"], gone: ["2"] };
  const edits = {
    set: [["a", "3"]],
    add: [
      ["set-cookie", "y=2"],
      ["new", "4"],
    ],
    remove: ["gone", "never"],
  } as const;
  expect(edit(before, edits)).toEqual({ a: ["3"], "set-cookie": ["x=1", "y=2"], new: ["4"] });
});

const headers = {
  host: ["podinfo.test"],
  connection: ["Upgrade, X-Hop"],
  upgrade: ["websocket"],
  "x-hop": ["1"],
  "proxy-authorization": ["Basic eDo="],
  "transfer-encoding": ["chunked"],
  expect: ["100-continue"],
};

test.each([
  [false, { host: ["podinfo.test"] }],
  [true, { host: ["podinfo.test"], connection: ["Upgrade"], upgrade: ["websocket"] }],
])("keeps what concerns the connection, with upgrade %s", (upgrade, expected) => {
  expect(passedOn(headers, { upgrade })).toEqual(expected);
});
