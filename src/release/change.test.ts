import { expect, test } from "vitest";
import type { CanaryStatus } from "../api/canary.ts";
import type { Observation } from "./observation.ts";
import { isForeign, isNewRevision, isPromoted } from "./change.ts";
import { observe, primary, settled, target } from "./testing.ts";

const tried = { "configmap/c": "2" };
const before = { "configmap/c": "1" };
const same = { targetEqualsPrimary: true };

test.each<[string, Partial<CanaryStatus>, Partial<Observation>, "new" | "promoted" | "tried"]>([
  ["another template", {}, {}, "new"],
  ["the promoted template", {}, { ...target({ revision: "v1:a" }), ...same }, "promoted"],
  ["the failed template", { lastAppliedSpec: "v1:b" }, {}, "tried"],
  ["a template after the failed one", { lastAppliedSpec: "v1:b" }, target({ revision: "v1:c" }), "new"],
  [
    "a changed config",
    { promotedConfigs: before },
    { ...target({ revision: "v1:a", configs: tried }), ...same },
    "new",
  ],
  [
    "a config that failed",
    { promotedConfigs: before, trackedConfigs: tried },
    { ...target({ revision: "v1:a", configs: tried }), ...same },
    "tried",
  ],
  [
    "the promoted config, put back after the other failed",
    { promotedConfigs: before, trackedConfigs: tried },
    { ...target({ revision: "v1:a", configs: before }), ...same },
    "promoted",
  ],
  [
    "the promoted template, with a default that a new Kubernetes has given to both",
    {},
    { ...target({ revision: "v1:a-with-default" }), ...same },
    "promoted",
  ],
  [
    "the promoted template, and a primary that somebody has restarted",
    { lastAppliedSpec: "v1:b" },
    target({ revision: "v1:a" }),
    "promoted",
  ],
  [
    "the promoted template, put back after a promotion that failed half-way",
    { lastAppliedSpec: "v1:b" },
    { ...target({ revision: "v1:a" }), ...primary({ rolloutId: "v1:b.run-2" }) },
    "new",
  ],
  [
    "the template of a promotion that failed half-way, put back later",
    { lastAppliedSpec: "v1:c" },
    { ...target({ revision: "v1:b" }), ...primary({ rolloutId: "v1:b.run-2" }), ...same },
    "new",
  ],
  [
    "the promoted template, and a primary without a mark",
    { lastAppliedSpec: "v1:b" },
    { ...target({ revision: "v1:a" }), ...primary({ rolloutId: undefined }) },
    "promoted",
  ],
  [
    "the promoted template, and a primary with a mark of Flagger",
    { lastAppliedSpec: "v1:b" },
    { ...target({ revision: "v1:a" }), ...primary({ rolloutId: "b5e2c6d8-6a3f-4d53-8a4e-3b6f5e1a9c07" }) },
    "promoted",
  ],
])("%s", (_, status, seen, expected) => {
  const observation = observe({ status: { ...settled, ...status }, seen });
  const verdict = isNewRevision(observation) ? "new" : isPromoted(observation) ? "promoted" : "tried";
  expect(verdict).toBe(expected);
});

test.each([
  [undefined, false],
  ["", false],
  ["v1:0011223344556677", false],
  ["v2:0011223344556677", true],
  ["84499788cb", true],
])("the hash %s was computed in another way: %s", (hash, foreign) => {
  expect(isForeign(hash)).toBe(foreign);
});
