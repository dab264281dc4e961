import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { definitions, startEmptyApi } from "./cli/testing.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(import.meta.dirname, "main.ts");

/** Runs the program as the image does. */
function headgate(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

test.each([["--help"], ["operator --help"], ["loadtester --help"], ["generate --help"]])("%s", async (args) => {
  const { code, stdout, stderr } = await headgate(...args.split(" "));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const name = args.replace("--help", "").trim();
  await expect(stdout).toMatchFileSnapshot(join(import.meta.dirname, `cli/testdata/help/${name || "headgate"}.txt`));
});

test.each<[string, string]>([
  ["-slack-chanel=general", "error: unknown option '--slack-chanel'\n(Did you mean --slack-channel?)\n"],
  ["operator --metricsserver x", "error: unknown option '--metricsserver'\n(Did you mean --metrics-server?)\n"],
  ["operator -port=http", "error: option '--port <number>' argument 'http' is invalid. Write a whole number.\n"],
  [
    "-no-cross-namespace-refs=maybe",
    "error: option '--no-cross-namespace-refs [bool]' argument 'maybe' is invalid. Write true or false.\n",
  ],
  [
    "-control-loop-interval=10",
    "error: option '--control-loop-interval <duration>' argument '10' is invalid. " +
      'invalid duration "10": write numbers and units, such as 30s or 1m30s\n',
  ],
  [
    "-zap-encoding=xml",
    "error: option '--zap-encoding <name>' argument 'xml' is invalid. Allowed choices are json, console.\n",
  ],
  [
    "-kubeconfig-service-mesh=/mesh/config",
    "error: option '--kubeconfig-service-mesh <file>' argument '/mesh/config' is invalid. " +
      "A mesh in another cluster is not supported yet.\n",
  ],
  ["loadtester -timout=1h", "error: unknown option '--timout'\n(Did you mean --timeout?)\n"],
  ["operater", "error: unknown command 'operater'\n(Did you mean operator?)\n"],
])("refuses %s", async (args, stderr) => {
  expect(await headgate(...args.split(" "))).toEqual({ code: 1, stdout: "", stderr });
});

test.each([["--version"], ["-version"], ["operator -version"], ["loadtester --version"]])("%s", async (args) => {
  expect(await headgate(...args.split(" "))).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    stderr: "",
  });
});

test("an operator that cannot work says why in its log and exits with 1", async () => {
  await using api = await startEmptyApi([]);
  const { code, stdout, stderr } = await headgate("-master", api.url, "-port=0");
  const lines = stderr.trim().split("\n");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(JSON.parse(lines.at(-1) ?? "")).toEqual({
    level: "fatal",
    ts: expect.any(String) as string,
    msg: expect.stringMatching(
      /^CustomResourceDefinitions not installed: canaries\.flagger\.app, .* kubectl/,
    ) as string,
  });
});

test("an operator that is told to stop exits with 0", async () => {
  await using api = await startEmptyApi(definitions);
  const operator = spawn(process.execPath, [main, "-master", api.url, "-port=0"], {
    stdio: ["ignore", "inherit", "pipe"],
  });
  const exited = once(operator, "exit");
  const said: unknown[] = [];
  for await (const line of createInterface(operator.stderr)) {
    const { msg } = JSON.parse(line) as { readonly msg: string };
    said.push(msg);
    if (msg === "releasing") operator.kill("SIGTERM");
  }
  expect(await exited).toEqual([0, null]);
  expect(said.at(-1)).toBe("SIGTERM: finishing the steps under way");
});
