import type { Container } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import { addressesOf } from "./addresses.ts";
import { createPods, get, isOver, isReady, logOf, startIn } from "./testing.ts";

const podinfo: Omit<Container, "name"> = {
  image: "ghcr.io/stefanprodan/podinfo:6.0.1",
  command: ["./podinfo", "--port=9898", "--port-metrics=9797", "--level=debug"],
  envFrom: [{ configMapRef: { name: "settings" } }],
  ports: [
    { name: "http", containerPort: 9898 },
    { name: "http-metrics", containerPort: 9797 },
  ],
  readinessProbe: { httpGet: { path: "/readyz", port: "http" }, periodSeconds: 1, timeoutSeconds: 5 },
};

test.each([
  ["on addresses of their own", undefined],
  ["on ports that stand for theirs", addressesOf(77, undefined)],
])("two pods of podinfo serve the same port, %s", async (_, addresses) => {
  await using runtime = await createPods(addresses === undefined ? {} : { addresses });
  const pods = [startIn(runtime, podinfo), startIn(runtime, podinfo)];
  for (const started of pods) {
    const { pod, until } = started;
    await until(isReady);
    const address = pod.status?.podIP ?? "";
    const [status, body] = await get(runtime.resolve(address, 9898), "/");
    expect([status, JSON.parse(body)]).toMatchObject([
      200,
      { hostname: pod.metadata.name, version: "6.0.1", message: "hi" },
    ]);
    expect((await get(runtime.resolve(address, 9797), "/metrics"))[1]).toContain('http_requests_total{status="200"}');
    started.stop(10_000);
    expect(await until(isOver)).toEqual({ kind: "terminated", exitCode: 0 });
    expect(await logOf(runtime, pod)).toContain('"msg":"Starting podinfo"');
    runtime.remove(pod);
    expect(runtime.resolve(address, 9898)).toEqual({ host: address, port: 9898 });
  }
});

test.each([
  ["on an address of its own", undefined],
  ["on ports that stand for its", addressesOf(78, undefined)],
])("podinfo's checks and a load test run in a pod %s", async (_, addresses) => {
  await using runtime = await createPods(addresses === undefined ? {} : { addresses });
  const { pod, until } = startIn(runtime, podinfo);
  await until(isReady);
  const { host, port } = runtime.resolve(pod.status?.podIP ?? "", 9898);
  const run = async (command: string): Promise<[code: number | undefined, said: string]> => {
    const said: string[] = [];
    const keep = (_stream: unknown, text: string): void => void said.push(text);
    const ref = { namespace: "test", pod: pod.metadata.name };
    const exit = await runtime.execute(ref, command.split(" "), keep, AbortSignal.timeout(20_000));
    return [exit?.code, said.join("")];
  };
  const answers = await Promise.all([
    run("podcli check http localhost:9898/readyz"),
    run("podcli check http localhost:9898/status/500"),
    run("podcli check tcp localhost:9797"),
    run(`hey -n 4 -c 2 http://${host}:${port}/status/500`),
  ]);
  expect(answers).toEqual([
    [0, expect.stringContaining("check ended with status 200")],
    [1, expect.stringContaining("check ended with status 500")],
    [0, expect.stringContaining("tcp check succeeded: localhost:9797")],
    [0, expect.stringContaining("[500]\t4 responses")],
  ]);
});

test.each([
  ["ghcr.io/headgate/loadtester:0.1.0", { args: ["loadtester", "-port=8080", "-log-level=info", "-timeout=1h"] }],
  ["ghcr.io/fluxcd/flagger-loadtester:0.36.0", { command: ["./loadtester", "-port=8080", "-log-level=info"] }],
])("%s serves gates and tasks", async (image, command) => {
  await using runtime = await createPods();
  const started = startIn(runtime, {
    image,
    ...command,
    ports: [{ name: "http", containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 1, timeoutSeconds: 5 },
  });
  await started.until(isReady);
  started.stop(10_000);
  expect(await started.until(isOver)).toEqual({ kind: "terminated", exitCode: 0 });
});
