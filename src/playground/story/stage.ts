import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { canaries } from "../../api/canary.ts";
import type { Phase } from "../../api/canary.ts";
import type { KubeClient } from "../../kubernetes/client.ts";
import { deployments } from "../../kubernetes/resources.ts";
import { kinds } from "../../simulator/controllers/kinds.ts";

/** What the story works with. */
export interface Stage {
  readonly client: KubeClient;
  /** URL of the gateway. */
  readonly gateway: string;
  /** Says what is done next. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Something did not go as the story has it. */
export class AnotherStory extends Error {
  override readonly name = "AnotherStory";
}

/** Where all of it happens. */
export const namespace = "test";

/** The image of podinfo with this tag. */
export function image(tag: string): string {
  return `ghcr.io/stefanprodan/podinfo:${tag}`;
}

/** Gives the Deployment another version of podinfo. */
export async function setImage({ client }: Stage, name: string, tag: string): Promise<void> {
  const key = { namespace, name };
  const { spec } = await client.get(deployments, key);
  const containers = spec?.template.spec?.containers.map((container) => ({ ...container, image: image(tag) }));
  await client.patch(deployments, key, { type: "merge", body: { spec: { template: { spec: { containers } } } } });
}

/** @throws AnotherStory when the primary runs another version */
export async function expectPrimary({ client }: Stage, name: string, tag: string): Promise<void> {
  const { spec } = await client.get(deployments, { namespace, name: `${name}-primary` });
  const runs = spec?.template.spec?.containers[0]?.image;
  if (runs !== image(tag)) throw new AnotherStory(`${name}-primary runs ${String(runs)}, and should run ${image(tag)}`);
}

/** Waits for Deployments to have pods that can be called. */
export async function available(stage: Stage, ...names: readonly string[]): Promise<void> {
  await until(stage, `${names.join(" and ")} can be called`, 30, async () => {
    const found = await Promise.all(names.map((name) => stage.client.get(deployments, { namespace, name })));
    return found.every(({ status }) => (status?.availableReplicas ?? 0) > 0);
  });
}

/** Waits for a phase of a Canary, for so many seconds. A run that ends otherwise is not waited for any longer. */
export async function phase(stage: Stage, name: string, wanted: Phase, seconds: number): Promise<void> {
  await until(stage, `${name} is ${wanted}`, seconds, async () => {
    const { status } = await stage.client.get(canaries, { namespace, name });
    const now = status?.phase ?? "";
    if (now === "Failed" && wanted === "Succeeded") throw new AnotherStory("the good version was rolled back");
    if (now === "Succeeded" && wanted === "Failed") throw new AnotherStory("the bad version was promoted");
    return now === wanted;
  });
}

/** Waits until a target has no pods: those that end answer probes with errors, which the next checks would count. */
export async function noPods(stage: Stage, name: string): Promise<void> {
  await until(stage, `the pods of ${name} are gone`, 60, async () => {
    const { items } = await stage.client.list(kinds.pods, { namespace, labelSelector: `app=${name}` });
    return items.length === 0;
  });
}

/**
 * Looks ten times a second, for so many seconds.
 * @throws AnotherStory
 */
export async function until(
  { signal }: Stage,
  what: string,
  seconds: number,
  check: () => Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < seconds * 10; tries++) {
    signal.throwIfAborted();
    if (await check()) return;
    await sleep(100);
  }
  throw new AnotherStory(`not within ${seconds} s: ${what}`);
}

/** Requests on their way. */
export interface Load {
  /** Ends it, and gives how many answers there were by status. */
  stop(): Promise<ReadonlyMap<number, number>>;
}

/** Sends twenty requests a second to a URL through the gateway, for two minutes at most. */
export function send({ gateway, signal }: Stage, url: string): Load {
  const { hostname, port } = new URL(gateway);
  const over = new AbortController();
  const answers = new Map<number, number>();
  const sending = (async () => {
    for (let sent = 0; sent < 2400 && !over.signal.aborted && !signal.aborted; sent++) {
      const call = request({ hostname, port, path: url });
      call.on("response", (response) => {
        const { statusCode = 0 } = response.resume();
        answers.set(statusCode, (answers.get(statusCode) ?? 0) + 1);
      });
      call.on("error", () => answers.set(0, (answers.get(0) ?? 0) + 1));
      call.end();
      await sleep(50);
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await sending;
      return answers;
    },
  };
}
