import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { autoscaler, canary, deployment, linesOf, object } from "./testing.ts";

const hpaRef = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", name: "podinfo" };
const long = "a".repeat(56);

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "target-label",
    [
      canary(),
      deployment({
        selector: { matchLabels: { app: undefined, team: "a" } },
        template: { metadata: { labels: { team: "a" } } },
      }),
    ],
    {},
    [
      "app.yaml:35 error Deployment test/podinfo spec.selector.matchLabels (target-label)",
      "The operator cannot tell the pods of podinfo from those of its primary: its selector has none of the labels app, name, app.kubernetes.io/name.",
      "Select by one of them, or name yours in the operator's flag -selector-labels and this one's.",
    ],
  ],
  [
    "nothing: the label of a flag",
    [
      canary(),
      deployment({
        selector: { matchLabels: { app: undefined, team: "a" } },
        template: { metadata: { labels: { team: "a" } } },
      }),
    ],
    { selectorLabels: ["team"] },
    [],
  ],
  [
    "target-port-name",
    [canary({ service: { targetPort: "web" } }), deployment()],
    {},
    [
      "app.yaml:17 error Canary test/podinfo spec.service.targetPort (target-port-name)",
      "No container of podinfo has a port with the name web: the Services lead nowhere.",
      "Name the port in the Deployment, or write its number.",
    ],
  ],
  [
    "target-port",
    [canary({ service: { port: 80 } }), deployment()],
    {},
    [
      "app.yaml:14 warning Canary test/podinfo spec.service.port (target-port)",
      "The Services lead to port 80, and the containers of podinfo say that they listen on 9898.",
      "Set targetPort to the port that the application listens on.",
    ],
  ],
  ["nothing: a port that is found", [canary({ service: { port: 80, targetPort: "http" } }), deployment()], {}, []],
  [
    "target-replicas",
    [canary({ autoscalerRef: hpaRef }), deployment({ replicas: 2 }), autoscaler("podinfo", "podinfo")],
    {},
    [
      "app.yaml:60 warning Deployment test/podinfo spec.replicas (target-replicas)",
      "Each time this file is applied the number of pods goes back to this, against the autoscaler during a run and against the operator at rest.",
      "Take replicas out of the file.",
    ],
  ],
  [
    "target-recreate",
    [canary(), deployment({ strategy: { type: "Recreate" } })],
    {},
    [
      "app.yaml:57 note Deployment test/podinfo spec.strategy.type (target-recreate)",
      "A revision that comes during a release stops all pods of the canary at once, and its users meet nobody until they are sent back to the primary.",
      "Use RollingUpdate.",
    ],
  ],
  [
    "readiness-probe",
    [canary(), deployment({}, { readinessProbe: undefined })],
    {},
    [
      "app.yaml:43 note Deployment test/podinfo spec.template.spec.containers[0] (readiness-probe)",
      "Without a readiness probe a pod gets users as soon as its process runs: a promotion sends them to pods that do not listen yet, and a revision that cannot start well counts as ready.",
      "Add a readinessProbe.",
    ],
  ],
  [
    "pre-stop",
    [canary(), deployment({}, { lifecycle: undefined })],
    {},
    [
      "app.yaml:43 note Deployment test/podinfo spec.template.spec.containers[0] (pre-stop)",
      "A pod is told to stop at the moment in which its endpoint is removed, and nodes hear of that later: a promotion, which stops every pod of the primary, loses the requests in between.",
      "Add lifecycle.preStop.sleep with a few seconds.",
    ],
  ],
  [
    "deadline-short: the Canary's",
    [
      canary({ progressDeadlineSeconds: 60 }),
      deployment({ minReadySeconds: 10 }, { readinessProbe: { initialDelaySeconds: 50 } }),
    ],
    {},
    [
      "app.yaml:27 error Canary test/podinfo spec.progressDeadlineSeconds (deadline-short)",
      "Pods of podinfo are ready after 60 s at the earliest, and count as stuck after 60 s: no release can succeed.",
      "Set a longer deadline, in the Canary and in the Deployment, or shorter delays of the probes.",
    ],
  ],
  [
    "deadline-short: the Deployment's",
    [
      canary(),
      deployment(
        { progressDeadlineSeconds: 30 },
        { startupProbe: { initialDelaySeconds: 30, httpGet: { path: "/", port: "http" } } },
      ),
    ],
    {},
    [
      "app.yaml:61 error Deployment test/podinfo spec.progressDeadlineSeconds (deadline-short)",
      "Pods of podinfo are ready after 30 s at the earliest, and count as stuck after 30 s: no release can succeed.",
      "Set a longer deadline, in the Canary and in the Deployment, or shorter delays of the probes.",
    ],
  ],
  [
    "label-shared",
    [
      canary(),
      deployment(),
      deployment(
        {
          selector: { matchLabels: { app: "podinfo", tier: "jobs" } },
          template: { metadata: { labels: { app: "podinfo", tier: "jobs" } } },
        },
        {},
        "jobs",
      ),
    ],
    {},
    [
      "app.yaml:35 warning Deployment test/podinfo spec.selector.matchLabels (label-shared)",
      "The Services select by app alone, and pods of Deployment jobs have app: podinfo, too: they get requests that are meant for the canary.",
      "Give podinfo a value of its own for app.",
    ],
  ],
  [
    "target-name",
    [canary({ targetRef: { name: "podinfo-primary" } })],
    {},
    [
      "app.yaml:11 warning Canary test/podinfo spec.targetRef.name (target-name)",
      "podinfo-primary is what the operator calls a primary: its own primary will be podinfo-primary-primary.",
      "Name the workload that you edit, without -primary.",
    ],
  ],
  [
    "name-too-long: the Service",
    [canary({ targetRef: { name: long } })],
    {},
    [
      "app.yaml:11 error Canary test/podinfo spec.targetRef.name (name-too-long)",
      "The Service would be aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-primary, which is longer than the 63 characters that Kubernetes allows.",
      "Choose a name of at most 55 characters.",
    ],
  ],
  [
    "name-too-long: the label",
    [
      canary(),
      deployment({ selector: { matchLabels: { app: long } }, template: { metadata: { labels: { app: long } } } }),
    ],
    {},
    [
      "app.yaml:11 error Canary test/podinfo spec.targetRef.name (name-too-long)",
      "The label app would be aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-primary, which is longer than the 63 characters that Kubernetes allows.",
      "Choose a name of at most 55 characters.",
    ],
  ],
  [
    "autoscaler-target",
    [canary({ autoscalerRef: hpaRef }), autoscaler("podinfo", "backend")],
    {},
    [
      "app.yaml:38 error HorizontalPodAutoscaler test/podinfo spec.scaleTargetRef (autoscaler-target)",
      "It scales Deployment backend, and Canary podinfo names it as the autoscaler of Deployment podinfo.",
      "Let it scale the Canary's target, or name another one in spec.autoscalerRef.",
    ],
  ],
  [
    "autoscaler-unnamed",
    [canary(), autoscaler("podinfo", "podinfo")],
    {},
    [
      "app.yaml:8 warning Canary test/podinfo spec.targetRef (autoscaler-unnamed)",
      "HorizontalPodAutoscaler podinfo scales the target, and without autoscalerRef the primary, which has the users, gets none.",
      "Set spec.autoscalerRef to podinfo.",
    ],
  ],
  [
    "autoscaler-limits",
    [
      canary({ autoscalerRef: { ...hpaRef, primaryScalerReplicas: { minReplicas: 5 } } }),
      autoscaler("podinfo", "podinfo"),
    ],
    {},
    [
      "app.yaml:31 error Canary test/podinfo spec.autoscalerRef.primaryScalerReplicas (autoscaler-limits)",
      "The API server refuses the primary's autoscaler: at least 5 and at most 4 pods.",
      "Set minReplicas to no more than maxReplicas.",
    ],
  ],
  [
    "managed-object: the primary",
    [canary(), deployment(), deployment({}, {}, "podinfo-primary")],
    {},
    [
      "app.yaml:57 warning Deployment test/podinfo-primary (managed-object)",
      "The operator makes this object itself: this file and the operator write it in turn.",
      "Take it out of the files once Canary podinfo is there.",
    ],
  ],
  [
    "managed-object: the Service",
    [canary(), object("v1", "Service", "podinfo", { selector: { app: "podinfo" }, ports: [{ port: 80 }] })],
    {},
    [
      "app.yaml:28 warning Service test/podinfo (managed-object)",
      "Each time this file is applied the Service selects the target again, which has no pods at rest: users meet nobody until the operator has set it right.",
      "Take it out of the files once Canary podinfo is there.",
    ],
  ],
  [
    "managed-object: the Service of the canary",
    [canary(), object("v1", "Service", "podinfo-canary", { ports: [{ port: 80 }] })],
    {},
    [
      "app.yaml:28 warning Service test/podinfo-canary (managed-object)",
      "The operator makes this object itself: this file and the operator write it in turn.",
      "Take it out of the files once Canary podinfo is there.",
    ],
  ],
  ["nothing: a Deployment with nulls", [canary(), deployment({ replicas: null }, { env: null })], {}, []],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
