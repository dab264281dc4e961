import { sleep, systemClock } from "../../src/clock.ts";
import { loadConfig } from "../../src/kubernetes/config.ts";
import { createTransport } from "../../src/kubernetes/transport.ts";
import type { Server } from "../../src/simulator/conformance/api.ts";
import type { Topic } from "../../src/simulator/conformance/behaviour.ts";
import { namespacePrefix, perform } from "../../src/simulator/conformance/perform.ts";
import { topics } from "../../src/simulator/conformance/suite.ts";
import { stateDirectory } from "../cluster/layout.ts";
import { eventually } from "../support/eventually.ts";
import { kubectl } from "../support/kubectl.ts";
import type { Context } from "../support/suite.ts";

export const name = "conformance: this API server does what is asserted of the simulated one";

/** More would wait for one another. */
const atOnce = 10;

export async function run({ check, timeline }: Context): Promise<void> {
  const config = await loadConfig({ kubeconfig: stateDirectory.kubeconfig, env: {} });
  const server: Server = {
    transport: createTransport(config),
    clock: systemClock,
    pause: (ms) => sleep(systemClock, ms),
  };
  for (const topic of topics) {
    await check(`${topic.name}: ${countOf(topic)} behaviours`, async () => {
      await performAll(topic, server);
    });
  }
  await check("nothing of it is left", async () => {
    await eventually("the namespaces are gone", noNamespaces, { timeoutMs: 180_000, everyMs: 1000 });
  });
  const total = topics.reduce((sum, topic) => sum + countOf(topic), 0);
  timeline.mark(`${total} behaviours of an API server, as in \`make test\``);
}

function countOf({ behaviours }: Topic): number {
  return Object.keys(behaviours).length;
}

/** Several at once, as each has a namespace of its own: most of the time of the longer ones is waiting. */
async function performAll({ behaviours }: Topic, server: Server): Promise<void> {
  const failures: string[] = [];
  const queue = Object.entries(behaviours).values();
  const work = async (): Promise<void> => {
    for (const [sentence, behaviour] of queue) {
      try {
        await perform(behaviour, server);
      } catch (error) {
        failures.push(`${sentence}: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

async function noNamespaces(): Promise<true> {
  const names = await kubectl(["get", "namespaces", "--output", "name"]);
  const left = names.split("\n").filter((line) => line.startsWith(`namespace/${namespacePrefix}`));
  if (left.length > 0) throw new Error(`${left.length} are left`);
  return true;
}
