import { equal, match, rejects } from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { stringify } from "yaml";
import { network } from "../cluster/layout.ts";
import { eventually } from "../support/eventually.ts";
import { applyText, getJson, kubectl, rolledOut } from "../support/kubectl.ts";
import type { Context } from "../support/suite.ts";

export const name = "bad input: each mistake is named in an event, and users stay where they are";

const namespace = "mistakes";
const image = "ghcr.io/stefanprodan/podinfo";

/** A mistake that shows only when a new revision is analysed: the revision is rolled back. */
interface Mistake {
  readonly name: string;
  readonly analysis: object;
  readonly spec?: object;
  /** The tag of the new revision's image; 6.0.1, which is a good one, when left out. */
  readonly tag?: string;
  /** What the event says. */
  readonly says: RegExp;
}

const query = (template: string) => ({ metrics: [{ name: "custom", templateRef: { name: template } }] });

function mistakes(silentUrl: string): readonly Mistake[] {
  const noAnswer = { name: "silent", type: "pre-rollout", url: silentUrl, timeout: "2s" };
  return [
    {
      name: "missing-image",
      tag: "0.0.0-missing",
      spec: { progressDeadlineSeconds: 15 },
      analysis: {},
      says: /canary deployment missing-image\.mistakes not ready: .*updated replicas are available/,
    },
    {
      name: "prometheus-down",
      spec: { metricsServer: "http://prometheus.nowhere:9090" },
      analysis: { metrics: [{ name: "request-success-rate", interval: "1m", thresholdRange: { min: 99 } }] },
      says: /prometheus\.nowhere/,
    },
    {
      name: "no-values",
      analysis: {
        metrics: [{ name: "absent", interval: "1m", query: "nothing_of_this_name", thresholdRange: { max: 1 } }],
      },
      says: /no values found/,
    },
    {
      name: "hanging-webhook",
      analysis: { webhooks: [noAnswer] },
      says: /check silent failed .*no answer within 2000 ms/,
    },
    {
      name: "malformed-template",
      analysis: query("malformed"),
      says: /Metric template malformed\.mistakes query render error: .*1:\d+/,
    },
    {
      name: "wrong-secret",
      analysis: query("no-secret"),
      says: /Metric template no-secret\.mistakes secret error: .*not found/,
    },
  ];
}

const templates = [
  template("malformed", "sum({{ target | nosuchfunction }})", {}),
  template("no-secret", "vector(1)", { secretRef: { name: "nothing" } }),
];

export async function run({ check }: Context): Promise<void> {
  // Takes connections and says nothing.
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, network.nodeAddress, resolve));
  const { port } = silent.address() as AddressInfo;
  const all = mistakes(`http://${network.nodeAddress}:${port}/`);
  try {
    await kubectl(["create", "namespace", namespace]);

    await check("a provider that there is not is refused by the API server", async () => {
      await rejects(
        applyText(stringify(canary("unknown-provider", {}, { provider: "carrier-pigeon" }))),
        /spec\.provider/,
      );
    });

    await check("a missing target is named", async () => {
      await applyText(stringify(canary("missing-target", {})));
      await said("missing-target", /deployment missing-target\.mistakes not found/);
    });

    await check(
      "a provider whose kinds the cluster does not have is named, and the target goes on serving",
      async () => {
        await applyText(yaml([deployment("no-router"), canary("no-router", {}, { provider: "linkerd" })]));
        await said("no-router", /TrafficSplit is not served by this cluster: install the CRDs of/);
        await rolledOut(namespace, "no-router", 60_000);
      },
    );

    await check("canaries with mistakes in their analysis are initialized", async () => {
      const objects = all.flatMap(({ name: of, analysis, spec = {} }) => [deployment(of), canary(of, analysis, spec)]);
      await applyText(yaml([...templates, ...objects]));
      await Promise.all(all.map(({ name: of }) => phase(of, "Initialized")));
    });

    await Promise.all(
      all.map(({ name: of, tag = "6.0.1" }) =>
        kubectl(["set", "image", `deployment/${of}`, `podinfod=${image}:${tag}`, "--namespace", namespace]),
      ),
    );
    for (const { name: of, says } of all) {
      await check(`${of}: the cause is named, the primary serves as before`, async () => {
        await phase(of, "Failed");
        await said(of, says);
        const primary = await kubectl([
          ...["get", "deployment", `${of}-primary`, "--namespace", namespace, "--output"],
          "jsonpath={.spec.template.spec.containers[0].image} {.status.availableReplicas}",
        ]);
        equal(primary, `${image}:6.0.0 1`);
      });
    }
  } finally {
    silent.close();
    await kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
  }
}

function yaml(objects: readonly object[]): string {
  return objects.map((object) => stringify(object)).join("---\n");
}

function template(of: string, text: string, provider: object): object {
  return {
    apiVersion: "flagger.app/v1beta1",
    kind: "MetricTemplate",
    metadata: { name: of, namespace },
    spec: {
      provider: { type: "prometheus", address: "http://prometheus.istio-system:9090", ...provider },
      query: text,
    },
  };
}

function canary(of: string, analysis: object, spec: object = {}): object {
  return {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    metadata: { name: of, namespace },
    spec: {
      provider: "kubernetes",
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: of },
      service: { port: 9898 },
      analysis: { interval: "10s", threshold: 1, iterations: 2, ...analysis },
      ...spec,
    },
  };
}

function deployment(of: string): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: of, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: of } },
      template: {
        metadata: { labels: { app: of } },
        spec: {
          containers: [
            {
              name: "podinfod",
              image: `${image}:6.0.0`,
              imagePullPolicy: "Never",
              command: ["./podinfo", "--port=9898"],
              readinessProbe: { httpGet: { path: "/readyz", port: 9898 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  };
}

async function phase(of: string, wanted: string): Promise<void> {
  await eventually(
    `${of} in phase ${wanted}`,
    async () => {
      const { status } = (await getJson(["canary", of, "--namespace", namespace])) as { status?: { phase?: string } };
      return status?.phase === wanted ? true : undefined;
    },
    { timeoutMs: 90_000 },
  );
}

/** Waits until an event of the Canary says this. */
async function said(of: string, what: RegExp): Promise<void> {
  await eventually(
    `an event of ${of}`,
    async () => {
      match(await kubectl(["describe", "canary", of, "--namespace", namespace]), what);
      return true;
    },
    { timeoutMs: 30_000 },
  );
}
