import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";
import type { PodinfoSettings } from "./settings.ts";

const usual: PodinfoSettings = {
  version: "6.0.0",
  hostname: "podinfo-1",
  port: 9898,
  metricsPort: 0,
  debug: false,
  message: "greetings from podinfo v6.0.0",
  color: "#34577c",
  logo: "",
  backends: [],
  randomError: false,
  randomDelay: undefined,
  healthy: true,
  ready: true,
};
const environment = { HOSTNAME: "podinfo-1", HEADGATE_IMAGE: "ghcr.io/stefanprodan/podinfo:6.0.0" };

test.each<[string, readonly string[], Readonly<Record<string, string>>, Partial<PodinfoSettings>]>([
  ["nothing", [], {}, {}],
  ["the flags of the walk", ["--port=9898", "--port-metrics=9797", "--level=info"], {}, { metricsPort: 9797 }],
  [
    "faults",
    ["--random-error=true", "--random-delay", "--unhealthy", "--unready", "--level=debug"],
    {},
    { randomError: true, randomDelay: { min: 0, max: 5, unit: 1000 }, healthy: false, ready: false, debug: true },
  ],
  [
    "variables",
    [],
    { PODINFO_UI_MESSAGE: "hi", PODINFO_PORT: "80", PODINFO_HTTP_SERVER_TIMEOUT: "1m", PODINFO_UI_COLOR: "" },
    { message: "hi", port: 80 },
  ],
  ["flags over variables", ["--ui-color=red"], { PODINFO_UI_COLOR: "blue" }, { color: "red" }],
  ["backends", ["--backend-url=http://a", "--backend-url", "http://b"], {}, { backends: ["http://a", "http://b"] }],
])("%s", (_, args, variables, settings) => {
  expect(readSettings(args, { ...environment, ...variables })).toEqual({ ...usual, ...settings });
});

test("an unknown flag is refused", () => {
  expect(() => readSettings(["--colour=red"], environment)).toThrow("flag provided but not defined: -colour");
});
