import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { LintFlags } from "./lint-flags.ts";
import { runLint } from "./lint.ts";

const root = join(import.meta.dirname, "../..");

async function run(flags: Partial<LintFlags>, stdin = "") {
  let [stdout, stderr] = ["", ""];
  const code = await runLint(
    {
      filename: ["-"],
      output: "text",
      strict: false,
      meshProvider: "",
      analysisIntervalFloor: 10_000,
      selectorLabels: ["app"],
      noCrossNamespaceRefs: false,
      ...flags,
    },
    {
      stdin: Readable.from([Buffer.from(stdin)]),
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: (text: string) => (stderr += text) },
    },
  );
  return { code, stdout, stderr };
}

const good = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: podinfo, namespace: test }
spec:
  provider: gatewayapi:v1
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: podinfo }
  revertOnDeletion: true
  service:
    port: 9898
    gatewayRefs: [{ name: public }]
  analysis:
    interval: 1m
    threshold: 2
    stepWeight: 10
    metrics: [{ name: request-success-rate, thresholdRange: { min: 99 } }]
`;
const warned = good.replace("threshold: 2", "threshold: 1");
const wrong = warned.replace("stepWeight: 10", "stepWeight: 0");

test.each<[string, Partial<LintFlags>, string, number]>([
  ["nothing is wrong", { strict: true }, good, 0],
  ["there are warnings", {}, warned, 0],
  ["there are warnings, and that is strict", { strict: true }, warned, 1],
  ["there is an error", {}, wrong, 1],
  ["something is no YAML", {}, `${good}---\na: {`, 2],
])("the exit code when %s", async (_, flags, text, code) => {
  expect((await run(flags, text)).code).toBe(code);
});

test("says it to people", async () => {
  expect(await run({}, wrong)).toEqual({
    code: 1,
    stdout: `-:13 warning Canary test/podinfo spec.analysis.threshold (threshold-one)
  With a threshold of 1 one failed check, such as a query that times out, rolls the release back.
  Allow for a blip: write 2 or more.

-:14 error Canary test/podinfo spec.analysis.stepWeight (no-steps)
  The analysis has no step: a release begins and never gets on.
  Set iterations for blue/green or A/B testing, stepWeight or stepWeights for weights.

1 error, 1 warning, 0 notes in 1 Canary
`,
    stderr: "",
  });
});

test("says it to programs", async () => {
  const { stdout } = await run({ output: "json" }, warned);
  expect(JSON.parse(stdout)).toEqual({
    findings: [
      {
        file: "-",
        line: 13,
        kind: "Canary",
        namespace: "test",
        name: "podinfo",
        path: "spec.analysis.threshold",
        severity: "warning",
        rule: "threshold-one",
        problem: "With a threshold of 1 one failed check, such as a query that times out, rolls the release back.",
        fix: "Allow for a blip: write 2 or more.",
      },
    ],
    summary: { canaries: 1, errors: 0, warnings: 1, notes: 0 },
  });
});

test("reads files, and folders with all in them, and says what cannot be read", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "headgate-lint-"));
  const path = (name: string) => join(folder.path, name);
  await mkdir(path("app/inner"), { recursive: true });
  await writeFile(path("app/b.yml"), warned);
  await writeFile(path("app/inner/a.json"), JSON.stringify({ kind: "Pod" }));
  await writeFile(path("app/notes.txt"), "a: {");
  await writeFile(path("single"), good.replaceAll("name: podinfo", "name: single").replace("2", "0"));
  await writeFile(path("bad.yaml"), "\na: {");
  const { code, stdout, stderr } = await run({ filename: ["app", "single", "bad.yaml", "none.yaml"].map(path) });
  expect({ code, lines: stdout.split("\n").filter((line) => /^\S/.test(line)), stderr }).toEqual({
    code: 2,
    lines: [
      `${path("app/b.yml")}:13 warning Canary test/podinfo spec.analysis.threshold (threshold-one)`,
      `${path("single")}:13 warning Canary test/single spec.analysis.threshold (threshold-one)`,
      "0 errors, 2 warnings, 0 notes in 2 Canaries",
    ],
    stderr: expect.stringMatching(
      /^headgate lint: \S+bad\.yaml:2: cannot be read: .+\nheadgate lint: \S+none\.yaml: cannot be read: ENOENT.+\n$/,
    ) as string,
  });
});

test("what this repository shows to users has no errors", async () => {
  const filename = ["kustomize", "src/playground/story"].map((name) => join(root, name));
  expect(await run({ filename })).toMatchObject({ code: 0, stderr: "" });

  const pages = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
  const texts = await Promise.all(pages.map((name) => readFile(join(root, "docs", name), "utf8")));
  const examples = texts.flatMap((text) => [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, yaml = ""]) => yaml));
  expect(await run({}, examples.join("---\n"))).toMatchObject({ code: 0, stderr: "" });
});
