import { expect, test } from "vitest";
import type { AlertProvider, AlertProviderSpec } from "../api/alertprovider.ts";
import { InvalidSpec } from "../api/errors.ts";
import { targetOf } from "./target.ts";

const provider = (spec: AlertProviderSpec): AlertProvider => ({
  metadata: { name: "on-call", namespace: "ops" },
  spec,
});

test.each([
  ["an address", { address: "https://a" }, undefined, { url: "https://a", channel: "general", username: "flagger" }],
  [
    "all fields",
    { address: "https://a", channel: "alerts", username: "bot", proxy: "http://proxy" },
    undefined,
    { url: "https://a", channel: "alerts", username: "bot", proxy: "http://proxy" },
  ],
  [
    "empty fields",
    { address: "", channel: "", username: "", proxy: "" },
    undefined,
    { url: "", channel: "general", username: "flagger" },
  ],
  [
    "a Secret before its address",
    { address: "https://a", secretRef: { name: "hook" } },
    { address: "https://b\n" },
    { url: "https://b", channel: "general", username: "flagger" },
  ],
  [
    "a Secret with a token",
    { secretRef: { name: "hook" } },
    { address: "https://b", token: "xoxb-1\n" },
    { url: "https://b", channel: "general", username: "flagger", token: "xoxb-1" },
  ],
])("takes %s", (_, spec, secret, target) => {
  expect(targetOf(provider({ type: "slack", ...spec }), secret)).toEqual(target);
});

test.each([
  [
    { secretRef: { name: "hook" } },
    { token: "xoxb-1" },
    'alert provider on-call.ops: secret hook has no key "address", add it with the URL',
  ],
  [
    { secretRef: { name: "hook" } },
    undefined,
    'alert provider on-call.ops: secret hook has no key "address", add it with the URL',
  ],
])("refuses %j with the Secret %j", (spec, secret, message) => {
  expect(() => targetOf(provider({ type: "slack", ...spec }), secret)).toThrow(new InvalidSpec(message));
});

test.each(["hooks.slack.com/secret", "localhost:8080/secret", "http://[", "ftp://slack/secret"])(
  "refuses the address %s, without showing it",
  (address) => {
    expect(() => targetOf(provider({ type: "slack", address }))).toThrow(
      new InvalidSpec("alert provider on-call.ops: the address is not an http or https URL"),
    );
  },
);
