import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createObjects, readManifests } from "../load-objects.ts";
import { AnotherStory, expectPrimary, namespace, noPods, phase, send, setImage } from "./stage.ts";
import type { Stage } from "./stage.ts";

const name = "frontend";

/** An application behind the gateway: users move to the new version step by step, and nobody notices. */
export async function weights(stage: Stage): Promise<void> {
  const { client, say } = stage;
  say("Another application behind a gateway, with weights: users move to a new version step by step");
  const manifests = readManifests(await readFile(join(import.meta.dirname, "weights.yaml"), "utf8"));
  await createObjects(client, manifests, namespace);
  await phase(stage, name, "Initialized", 60);
  const users = send(stage, "http://frontend.example.com/");

  say("A good version: 6.0.1");
  await setImage(stage, name, "6.0.1");
  await phase(stage, name, "Succeeded", 90);
  await expectPrimary(stage, name, "6.0.1");
  const answers = await users.stop();
  const total = [...answers.values()].reduce((sum, count) => sum + count, 0);
  const good = answers.get(200) ?? 0;
  say(`${total} requests of users, ${total - good} of them failed`);
  await noPods(stage, name);
  if (good < total) throw new AnotherStory("users have noticed the release");
}
