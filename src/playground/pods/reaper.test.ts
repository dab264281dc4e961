import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { openRendezvous } from "../../testing/rendezvous.ts";

/** A playground with one container, which starts this in the background, in a process group of its own. */
const playground = (command: string): string => `
import { systemClock } from ${JSON.stringify(import.meta.resolve("../../clock.ts"))};
import { createImages } from ${JSON.stringify(import.meta.resolve("../images/images.ts"))};
import { createPodProcesses } from ${JSON.stringify(import.meta.resolve("./pod-processes.ts"))};

const runtime = await createPodProcesses({
  clock: systemClock,
  images: createImages(["sh=sh"]),
  configs: { configMap: async () => undefined, secret: async () => undefined },
  folder: process.cwd(),
  path: process.env.PATH,
});
const container = { name: "app", image: "sh", command: ["sh", "-c", ${JSON.stringify(`pwd; set -m; ${command} & wait`)}] };
const pod = { metadata: { namespace: "test", name: "app", uid: "u" }, spec: { containers: [container] } };
container.workingDir = "/data";
container.volumeMounts = [{ name: "data", mountPath: "/data" }];
pod.spec.volumes = [{ name: "data", emptyDir: {} }];
runtime.start({ pod, container, restarts: 0, report: () => undefined, event: () => undefined });
const log = () => runtime.logs({ namespace: "test", pod: "app" }, { follow: true });
while (log() === undefined) await new Promise(setImmediate);
process.on("SIGUSR2", () => void runtime[Symbol.asyncDispose]());
const lines = setInterval(async () => {
  for await (const line of runtime.logs({ namespace: "test", pod: "app" }, {})) {
    clearInterval(lines);
    process.stdout.write(line);
  }
}, 10);
setInterval(() => undefined, 1000);
`;

test.each(["SIGKILL", "SIGUSR2"] as const)(
  "no process and no file outlives a playground that ends by %s",
  async (signal) => {
    await using rendezvous = await openRendezvous();
    const code = playground(rendezvous.command);
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [folder] = (await once(createInterface(child.stdout), "line")) as [string];
      const guest = await rendezvous.arrival();
      expect(existsSync(folder)).toBe(true);
      child.kill(signal);
      await guest.gone;
      await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
    } finally {
      child.kill("SIGKILL");
    }
  },
);
