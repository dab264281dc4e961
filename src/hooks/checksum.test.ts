import { expect, test } from "vitest";
import { hookChecksum } from "./checksum.ts";

// What Flagger 1.44 gives for the same status.
test.each([
  [{ trackedConfigs: { "test-config-map": "484637c76acaa7c6" }, lastAppliedSpec: "4cb74184589" }, "569bdb7cb9"],
  [{}, "758df7c9fc"],
  [{ lastAppliedSpec: "" }, "758df7c9fc"],
  [{ trackedConfigs: { "configmap/a": "1", "secret/b": "2" }, lastAppliedSpec: "abc" }, "648fd94d"],
  [{ trackedConfigs: { "secret/b": "2", "configmap/a": "1" }, lastAppliedSpec: "abc" }, "648fd94d"],
  [{ trackedConfigs: {}, lastAppliedSpec: "abc" }, "d94b4687d"],
])("%j has the checksum %s", (status, checksum) => {
  expect(hookChecksum(status)).toBe(checksum);
});
