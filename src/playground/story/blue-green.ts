import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { canaries } from "../../api/canary.ts";
import type { Canary } from "../../api/canary.ts";
import type { Manifest } from "../../kubernetes/objects.ts";
import { createObjects, readFolder, readManifests } from "../load-objects.ts";
import { available, expectPrimary, namespace, noPods, phase, send, setImage, until } from "./stage.ts";
import type { Stage } from "./stage.ts";

const kustomize = resolve(import.meta.dirname, "../../../kustomize");
const name = "podinfo";
/** Shorter than in the manifests, so that the story is: between two analyses, and what metrics look back on. */
const interval = "5s";
const window = "10s";

/** podinfo behind its autoscaler: a good version is promoted, a bad one rolled back. */
export async function blueGreen(stage: Stage): Promise<void> {
  const { client, say } = stage;
  say("A namespace, the load tester, podinfo with its autoscaler");
  await createObjects(client, [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }], "");
  await createObjects(client, await readFolder(join(kustomize, "tester"), ["kustomization.yaml"]), namespace);
  const without = ["kustomization.yaml", "canary.yaml"];
  await createObjects(client, await readFolder(join(kustomize, "podinfo"), without), namespace);
  await available(stage, "podinfo", "flagger-loadtester");

  say(`A Canary for podinfo: blue/green, an analysis every ${interval}`);
  const manifests = readManifests(await readFile(join(kustomize, "podinfo/canary.yaml"), "utf8"));
  await createObjects(client, manifests.map(hasten), namespace);
  await phase(stage, name, "Initialized", 60);
  await noPods(stage, name);

  say("A good version: 6.0.1");
  await setImage(stage, name, "6.0.1");
  await phase(stage, name, "Succeeded", 90);
  await expectPrimary(stage, name, "6.0.1");
  await noPods(stage, name);

  say("A bad one: 6.0.2, which answers with errors while it is tested");
  await setImage(stage, name, "6.0.2");
  await phase(stage, name, "Progressing", 30);
  const errors = send(stage, "http://podinfo-canary.test:9898/status/500");
  await until(stage, "a check of it fails", 60, async () => {
    return ((await client.get(canaries, { namespace, name })).status?.failedChecks ?? 0) > 0;
  });
  await phase(stage, name, "Failed", 30);
  await errors.stop();
  await expectPrimary(stage, name, "6.0.1");
}

/** The Canary of the manifests, with shorter times. */
function hasten(object: Manifest): Manifest {
  const { spec } = object as unknown as Canary;
  const metrics = (spec.analysis.metrics ?? []).map((metric) => ({ ...metric, interval: window }));
  return { ...object, spec: { ...spec, analysis: { ...spec.analysis, interval, metrics } } };
}
