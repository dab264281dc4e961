import { expect, test } from "vitest";
import { notAccepted } from "./status.ts";

const by = (statuses: unknown) => ({ statuses });

test.each<[string, unknown, string | undefined]>([
  ["nobody has said anything", undefined, undefined],
  ["nobody has said anything yet", {}, undefined],
  ["the map is empty", by({}), undefined],
  ["Gloo has accepted it", by({ "gloo-system": { reportedBy: "gloo", state: "Accepted" } }), undefined],
  ["the state is a number", by({ "gloo-system": { state: 1 } }), undefined],
  [
    "every Gloo has accepted it",
    by({ "gloo-system": { state: "Accepted" }, "gloo-internal": { state: "Accepted" } }),
    undefined,
  ],
  [
    "one Gloo of two rejects it",
    by({ "gloo-system": { state: "Accepted" }, "gloo-internal": { state: "Rejected", reason: "bad regex" } }),
    "Gloo in gloo-internal says Rejected: bad regex",
  ],
  ["the rejection is a number", by({ "gloo-system": { state: 2 } }), "Gloo in gloo-system says Rejected"],
  [
    "there is a warning",
    by({ "gloo-system": { state: "Warning", reason: "*v1.Upstream { test.a } not found" } }),
    "Gloo in gloo-system says Warning: *v1.Upstream { test.a } not found",
  ],
  ["Gloo has not looked at it yet", by({ "gloo-system": { state: "Pending" } }), "Gloo in gloo-system says Pending"],
  ["pending is left out, as the state 0 is", by({ "gloo-system": {} }), "Gloo in gloo-system says Pending"],
  [
    "somebody else's route is at fault in the proxy",
    by({
      "gloo-system": {
        state: "Accepted",
        subresourceStatuses: { "*v1.Proxy.gateway-proxy_gloo-system": { state: "Rejected", reason: "theirs" } },
      },
    }),
    undefined,
  ],
  ["an old Gloo has accepted it", { reportedBy: "gateway", state: 1 }, undefined],
  ["an old Gloo rejects it", { reportedBy: "gateway", state: 2, reason: "no action" }, "Gloo says Rejected: no action"],
  ["the state is not known", by({ "gloo-system": { state: 9 } }), "Gloo in gloo-system says 9"],
  ["the status is a text", "Accepted", undefined],
  ["the status has another form", by(["Rejected"]), undefined],
  ["the status of a namespace is null", by({ "gloo-system": null }), undefined],
  ["the reason is not a text", by({ "gloo-system": { state: 3, reason: 5 } }), "Gloo in gloo-system says Warning"],
])("when %s", (_, status, reason) => {
  const object = { metadata: { name: "podinfo", namespace: "test" } };
  expect(notAccepted({ ...object, ...(status !== undefined && { status }) })).toBe(reason);
});
