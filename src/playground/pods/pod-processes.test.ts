import type { Container } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import type { ContainerState } from "../../simulator/controllers/pod-runtime.ts";
import { createPods, isOver, isReady, logOf, startIn, startPod } from "./testing.ts";

const script = (text: string): Omit<Container, "name"> => ({ image: "sh", command: ["sh"], args: ["-c", text] });

test.each<[string, Omit<Container, "name">, ContainerState]>([
  ["exits by itself", script("exit 0"), { kind: "terminated", exitCode: 0 }],
  ["exits with a status", script("exit 3"), { kind: "terminated", exitCode: 3 }],
  ["is killed", script("kill -9 $$$$"), { kind: "terminated", exitCode: 137 }],
  [
    "cannot be started",
    { image: "ghcr.io/headgate/headgate", env: [{ name: "PATH", value: "/nowhere" }] },
    {
      kind: "terminated",
      exitCode: 128,
      reason: "StartError",
      message: 'exec: "headgate": executable file not found in $PATH',
    },
  ],
  [
    "has no image",
    { image: "my/app:1" },
    {
      kind: "waiting",
      reason: "ErrImagePull",
      message:
        'Failed to pull image "my/app:1": the playground has no images but its own; say which command stands for it, with --image my/app=COMMAND',
    },
  ],
  [
    "lacks a ConfigMap",
    { image: "sh", envFrom: [{ configMapRef: { name: "none" } }] },
    { kind: "waiting", reason: "CreateContainerConfigError", message: 'configmap "none" not found' },
  ],
])("a container that %s", async (_, container, state) => {
  await using runtime = await createPods();
  expect(await startIn(runtime, container).until(isOver)).toEqual(state);
});

test("files, variables and the command line of a container", async () => {
  await using runtime = await createPods({ proxy: "http://127.0.0.1:1", variables: { KUBECONFIG: "/k" } });
  const { until, pod } = startIn(
    runtime,
    {
      ...script(
        "cat /etc/app/PODINFO_UI_MESSAGE; echo; echo $(WHO) $HTTP_PROXY $KUBECONFIG $HOSTNAME; cp $FILE /data/copy && cat /data/copy; pwd",
      ),
      env: [
        { name: "WHO", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
        { name: "FILE", value: "/etc/app/PODINFO_UI_MESSAGE" },
      ],
      workingDir: "/data",
      volumeMounts: [
        { name: "settings", mountPath: "/etc/app" },
        { name: "data", mountPath: "/data" },
      ],
    },
    {
      volumes: [
        { name: "settings", configMap: { name: "settings" } },
        { name: "data", emptyDir: {} },
      ],
      initContainers: [
        { name: "first", ...script("echo first > /data/copy"), volumeMounts: [{ name: "data", mountPath: "/data" }] },
      ],
    },
  );
  expect(await until(isOver)).toEqual({ kind: "terminated", exitCode: 0 });
  const lines = (await logOf(runtime, pod)).split("\n");
  expect(lines.slice(0, 2)).toEqual(["hi", `test http://test:x@127.0.0.1:1/ /k ${pod.metadata.name}`]);
  expect(lines[2]).toMatch(/^hi\/.*\/volumes\/data$/);
});

test("a failing liveness probe ends the container; the log of the run before stays", async () => {
  await using runtime = await createPods();
  const container = {
    ...script("echo run; trap 'exit 5' TERM; while :; do sleep 0.1; done"),
    livenessProbe: { exec: { command: ["sh", "-c", "echo sick; exit 1"] }, failureThreshold: 1, periodSeconds: 1 },
  };
  const first = startIn(runtime, container);
  expect(await first.until(isOver)).toEqual({ kind: "terminated", exitCode: 5 });
  expect(first.events).toEqual([
    'Normal Pulled Container image "sh" already present on machine',
    "Normal Created Created container: app",
    "Warning Unhealthy Liveness probe failed: sick: exit status 1",
    "Normal Killing Container app failed liveness probe, will be restarted",
  ]);
  const second = startPod(runtime, first.pod, 1);
  await second.until(({ kind }) => kind === "running");
  expect(await logOf(runtime, first.pod, true)).toMatch(/^run\n/);
  second.stop(0);
  expect(await second.until(isOver)).toEqual({ kind: "terminated", exitCode: 137 });
});

test("a command runs in a container, and its use is measured", async () => {
  await using runtime = await createPods();
  const { pod, until } = startIn(runtime, {
    ...script(`exec node -e 'console.log("up"); setTimeout(() => 0, 60_000)'`),
    env: [{ name: "WHO", value: "me" }],
  });
  await until(isReady);
  const ref = { namespace: "test", pod: pod.metadata.name };
  for await (const line of runtime.logs(ref, { follow: true }) ?? []) if (line === "up\n") break;
  let said = "";
  const keep = (_: string, text: string): void => {
    said += text;
  };
  const signal = AbortSignal.timeout(10_000);
  expect(await runtime.execute(ref, ["sh", "-c", "echo $WHO; exit 4"], keep, signal)).toEqual({ code: 4 });
  expect(said).toBe("me\n");
  const [usage] = await runtime.usage();
  expect(usage).toMatchObject({ ...ref, container: "app" });
  expect(usage?.rssBytes).toBeGreaterThan(1_000_000);
  expect(runtime.execute({ namespace: "test", pod: "none" }, ["true"], keep, signal)).toBeUndefined();
});

test("what cannot be started is told, and an image that is missed again is backed off from", async () => {
  await using runtime = await createPods();
  const missing =
    'Failed to pull image "my/app:1": the playground has no images but its own; say which command stands for it, with --image my/app=COMMAND';
  const first = startIn(runtime, { image: "my/app:1" });
  await first.until(isOver);
  const second = startPod(runtime, first.pod, 0);
  expect([await second.until(isOver), ...first.events, ...second.events]).toEqual([
    {
      kind: "waiting",
      reason: "ImagePullBackOff",
      message: `Back-off pulling image "my/app:1": ErrImagePull: ${missing}`,
    },
    `Warning Failed ${missing}`,
    'Normal BackOff Back-off pulling image "my/app:1"',
  ]);
  const volumes = [{ name: "v", configMap: { name: "none" } }];
  const unmounted = startIn(runtime, script("exit"), { volumes });
  const unset = startIn(runtime, { ...script("exit"), envFrom: [{ secretRef: { name: "none" } }] });
  const uninitialized = startIn(runtime, script("exit"), { initContainers: [{ name: "first", ...script("exit 6") }] });
  const all = [unmounted, unset, uninitialized];
  const states = await Promise.all(all.map(({ until }) => until(isOver)));
  expect(states.map((state) => ("reason" in state ? state.reason : state.kind))).toEqual([
    "ContainerCreating",
    "CreateContainerConfigError",
    "PodInitializing",
  ]);
  expect(all.flatMap(({ events }) => events)).toEqual([
    'Warning FailedMount MountVolume.SetUp failed for volume "v" : configmap "none" not found',
    'Warning Failed Error: secret "none" not found',
    "Warning Failed Error: init container first: exit status 6",
  ]);
});
