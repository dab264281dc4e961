import { expect, test } from "vitest";
import { builtin, cells, objectOf, problems } from "../testing.ts";

const pods = builtin("Pod");
const web = { name: "web", image: "web:1" };

test("a pod is completed", () => {
  const spec = {
    hostNetwork: true,
    containers: [
      {
        name: "web",
        image: "registry:5000/web",
        ports: [{ containerPort: 80 }],
        env: [{ name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
        resources: { limits: { cpu: 0.5, memory: "1024Mi" } },
        readinessProbe: { httpGet: { port: 80 } },
      },
    ],
    initContainers: [{ name: "init", image: "init@sha256:0" }],
    volumes: [{ name: "tmp" }, { name: "config", configMap: { name: "a" } }],
  };
  const { spec: complete, status } = pods.complete(objectOf(pods, { spec }));
  const container = { terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" };
  const resources = { cpu: "500m", memory: "1Gi" };
  expect({ spec: complete, status }).toEqual({
    spec: {
      hostNetwork: true,
      restartPolicy: "Always",
      dnsPolicy: "ClusterFirst",
      schedulerName: "default-scheduler",
      serviceAccount: "default",
      serviceAccountName: "default",
      enableServiceLinks: true,
      terminationGracePeriodSeconds: 30,
      securityContext: {},
      containers: [
        {
          ...container,
          name: "web",
          image: "registry:5000/web",
          imagePullPolicy: "Always",
          ports: [{ containerPort: 80, hostPort: 80, protocol: "TCP" }],
          env: [{ name: "IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.podIP" } } }],
          resources: { limits: resources, requests: resources },
          readinessProbe: {
            httpGet: { port: 80, path: "/", scheme: "HTTP" },
            timeoutSeconds: 1,
            periodSeconds: 10,
            successThreshold: 1,
            failureThreshold: 3,
          },
        },
      ],
      initContainers: [
        { ...container, name: "init", image: "init@sha256:0", imagePullPolicy: "IfNotPresent", resources: {} },
      ],
      volumes: [
        { name: "tmp", emptyDir: {} },
        { name: "config", configMap: { name: "a", defaultMode: 420 } },
      ],
    },
    status: { phase: "Pending", qosClass: "Guaranteed" },
  });
});

test.each([
  [{}, "BestEffort"],
  [{ requests: { cpu: "1" } }, "Burstable"],
  [{ limits: { cpu: "1" } }, "Burstable"],
  [{ limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "1000m" } }, "Guaranteed"],
])("resources %j make it %s", (resources, qosClass) => {
  expect(pods.complete(objectOf(pods, { spec: { containers: [{ ...web, resources }] } }))["status"]).toEqual({
    phase: "Pending",
    qosClass,
  });
});

const rows: readonly (readonly [string, object, readonly string[]])[] = [
  ["nothing", { containers: [web] }, []],
  ["no containers", {}, ["spec.containers: Required value"]],
  [
    "names",
    { containers: [web, { name: "web" }, { name: "Web", image: " a" }], initContainers: [web] },
    [
      'spec.containers[1].name: Duplicate value: "web"',
      "spec.containers[1].image: Required value",
      "spec.containers[2].name: Invalid value: \"Web\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      'spec.containers[2].image: Invalid value: " a": must not have leading or trailing whitespace',
      'spec.initContainers[0].name: Duplicate value: "web"',
    ],
  ],
  ["no name", { containers: [{ image: "a" }] }, ["spec.containers[0].name: Required value"]],
  [
    "ports",
    {
      containers: [
        {
          ...web,
          ports: [
            { name: "a" },
            { name: "a", containerPort: 65_536 },
            { name: "A--", containerPort: 1, protocol: "x" },
          ],
        },
      ],
    },
    [
      'spec.containers[0].ports[2].protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP"',
      "spec.containers[0].ports[0].containerPort: Required value",
      'spec.containers[0].ports[1].name: Duplicate value: "a"',
      "spec.containers[0].ports[1].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive",
      'spec.containers[0].ports[2].name: Invalid value: "A--": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].ports[2].name: Invalid value: "A--": must contain at least one letter (a-z)',
      'spec.containers[0].ports[2].name: Invalid value: "A--": must not contain consecutive hyphens',
      'spec.containers[0].ports[2].name: Invalid value: "A--": must not begin or end with a hyphen',
    ],
  ],
  [
    "variables",
    { containers: [{ ...web, env: [{}, { name: "a=b" }, { name: "a", value: "b", valueFrom: {} }] }] },
    [
      "spec.containers[0].env[0].name: Required value",
      "spec.containers[0].env[1].name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than '='",
      'spec.containers[0].env[2].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      'spec.containers[0].env[2].valueFrom: Invalid value: "": must specify one of: `configMapKeyRef`, `fieldRef`, `fileKeyRef`, `resourceFieldRef` or `secretKeyRef`',
    ],
  ],
  [
    "volumes",
    {
      volumes: [{ name: "a", emptyDir: {}, configMap: { name: "b" } }, { name: "a" }],
      containers: [
        {
          ...web,
          volumeMounts: [
            { name: "a", mountPath: "/a" },
            { name: "b", mountPath: "/a" },
          ],
        },
      ],
    },
    [
      "spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type",
      'spec.volumes[1].name: Duplicate value: "a"',
      'spec.containers[0].volumeMounts[1].name: Not found: "b"',
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
    ],
  ],
  [
    "probes",
    {
      containers: [
        {
          ...web,
          livenessProbe: { exec: {}, tcpSocket: { port: 80 }, successThreshold: 2 },
          readinessProbe: { periodSeconds: -1, httpGet: { port: 0 } },
          startupProbe: {},
        },
      ],
    },
    [
      "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
      "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
      "spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive",
      "spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
      "spec.containers[0].startupProbe: Required value: must specify a handler type",
    ],
  ],
  [
    "resources",
    { containers: [{ ...web, resources: { limits: { cpu: "-1", memory: "1Gi" }, requests: { memory: "2Gi" } } }] },
    [
      'spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    ],
  ],
  [
    "choices",
    { containers: [{ ...web, imagePullPolicy: "Sometimes" }], restartPolicy: "Maybe" },
    [
      'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
      'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "Never", "OnFailure"',
    ],
  ],
];

test.each(rows)("what is wrong: %s", (_, spec, says) => {
  expect([...problems(pods, { spec })].sort()).toEqual([...says].sort());
});

const fixed =
  "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
test.each([
  [{ containers: [web] }, { containers: [{ ...web, image: "web:2" }] }, []],
  [{ containers: [web] }, { containers: [web], nodeName: "node-1" }, []],
  [{ containers: [web], nodeName: "node-1" }, { containers: [web], nodeName: "node-2" }, [fixed]],
  [{ containers: [web] }, { containers: [{ ...web, command: ["sh"] }] }, [fixed]],
])("from %j to %j", (before, spec, says) => {
  expect(problems(pods, { spec }, { spec: before })).toEqual(says);
});

const running = { running: { startedAt: "1970-01-01T00:00:00Z" } };
const started = { name: "web", ready: true, restartCount: 0, state: running };
const initialized = { conditions: [{ type: "Initialized", status: "True" }] };
const states: readonly (readonly [string, object, object])[] = [
  ["scheduled", { status: { phase: "Pending" } }, { Ready: "0/1", Status: "Pending", Restarts: "0" }],
  [
    "running",
    { status: { ...initialized, phase: "Running", podIP: "10.0.0.1", containerStatuses: [started] } },
    { Ready: "1/1", Status: "Running", Restarts: "0", IP: "10.0.0.1" },
  ],
  [
    "going",
    {
      metadata: { deletionTimestamp: "1970-01-01T00:00:00Z" },
      status: { phase: "Running", containerStatuses: [started] },
    },
    { Ready: "1/1", Status: "Terminating" },
  ],
  [
    "crashing",
    {
      status: {
        phase: "Running",
        containerStatuses: [
          {
            ...started,
            ready: false,
            restartCount: 3,
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 1, finishedAt: "1970-01-01T00:01:00Z" } },
          },
        ],
      },
    },
    { Ready: "0/1", Status: "CrashLoopBackOff", Restarts: "3 (30s ago)" },
  ],
  [
    "ended",
    { status: { phase: "Failed", containerStatuses: [{ ...started, state: { terminated: { exitCode: 2 } } }] } },
    { Ready: "0/1", Status: "ExitCode:2" },
  ],
  [
    "initializing",
    { status: { phase: "Pending", initContainerStatuses: [{ name: "init", state: running }] } },
    { Status: "Init:0/1" },
  ],
  [
    "not initialized",
    {
      status: {
        phase: "Pending",
        initContainerStatuses: [{ name: "init", state: { terminated: { exitCode: 1, reason: "Error" } } }],
      },
    },
    { Status: "Init:Error" },
  ],
  ["evicted", { status: { phase: "Failed", reason: "Evicted" } }, { Status: "Evicted" }],
];

test.each(states)("kubectl shows a pod that is %s", (_, object, shown) => {
  const spec = { containers: [web], initContainers: [{ name: "init" }] };
  expect(cells(pods, { spec, ...object }, 90_000)).toMatchObject({ Name: "a", Age: "<unknown>", ...shown });
});
