import type { Container, PodSpec, PodTemplateSpec, Probe } from "kubernetes-types/core/v1.d.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { revisionOf } from "./revision.ts";
import { target } from "./testdata/podinfo.ts";

const app: Container = { name: "app", image: "podinfo:6.0.0" };

/** A template with these fields of the pod and of its container. */
function template(pod: Partial<PodSpec> = {}, container: Partial<Container> = {}): PodTemplateSpec {
  return { metadata: { labels: { app: "podinfo" } }, spec: { containers: [{ ...app, ...container }], ...pod } };
}

const plain = revisionOf(template());

/** The probe, and the same with every default. */
const probe: Probe = { httpGet: { port: 80 } };
const fullProbe: Probe = {
  httpGet: { port: 80, path: "/", scheme: "HTTP" },
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

describe("revisionOf", () => {
  test("is the same in every release: it stands in the status of Canaries", () => {
    // SHA-256 of {"metadata":{"labels":{"app":"podinfo"}},"spec":{"containers":[{"image":"podinfo:6.0.0","name":"app"}]}}
    expect(plain).toBe("v1:8b01f18d2056ca19");
  });

  test.each<[string, PodTemplateSpec, PodTemplateSpec]>([
    [
      "of a pod",
      template(),
      template({
        restartPolicy: "Always",
        dnsPolicy: "ClusterFirst",
        schedulerName: "default-scheduler",
        terminationGracePeriodSeconds: 30,
        securityContext: {},
        enableServiceLinks: true,
      }),
    ],
    [
      "of a container",
      template(),
      template(
        {},
        {
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
          resources: {},
          securityContext: { procMount: "Default" },
        },
      ),
    ],
    [
      "of ports and variables",
      template(
        {},
        {
          ports: [{ containerPort: 80 }],
          env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
        },
      ),
      template(
        {},
        {
          ports: [{ containerPort: 80, protocol: "TCP" }],
          env: [{ name: "A", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } }],
        },
      ),
    ],
    [
      "of probes and hooks",
      template({}, { livenessProbe: probe, startupProbe: probe, lifecycle: { preStop: { httpGet: { port: 80 } } } }),
      template(
        {},
        {
          livenessProbe: fullProbe,
          startupProbe: fullProbe,
          lifecycle: { preStop: { httpGet: { port: 80, path: "/", scheme: "HTTP" } } },
        },
      ),
    ],
    [
      "of volumes",
      template({ volumes: [{ name: "v", configMap: { name: "c" } }] }),
      template({ volumes: [{ name: "v", configMap: { name: "c", defaultMode: 420 } }] }),
    ],
    [
      "that repeat another field",
      template({ hostNetwork: true, serviceAccountName: "app" }, { ports: [{ containerPort: 80 }] }),
      template(
        { hostNetwork: true, serviceAccountName: "app", serviceAccount: "app" },
        { ports: [{ containerPort: 80, hostPort: 80 }] },
      ),
    ],
    ["that are empty lists", template(), template({ volumes: [], initContainers: [] }, { env: [], command: [] })],
  ])("does not see defaults %s", (_, without, filledIn) => {
    expect(revisionOf(filledIn)).toBe(revisionOf(without));
  });

  test.each([
    ["podinfo:6.0.0", "IfNotPresent"],
    ["podinfo", "Always"],
    ["podinfo:latest", "Always"],
    ["registry:5000/podinfo", "Always"],
    ["registry:5000/podinfo:1", "IfNotPresent"],
    ["podinfo@sha256:abc", "IfNotPresent"],
    ["podinfo:latest@sha256:abc", "Always"],
  ])("knows that %s is by default pulled %s", (image, imagePullPolicy) => {
    const bare = revisionOf(template({}, { image }));
    expect(revisionOf(template({}, { image, imagePullPolicy }))).toBe(bare);
    expect(revisionOf(template({}, { image, imagePullPolicy: "Never" }))).not.toBe(bare);
  });

  test.each<[string, PodTemplateSpec]>([
    ["another image", template({}, { image: "podinfo:6.0.1" })],
    ["an annotation", { ...template(), metadata: { labels: { app: "podinfo" }, annotations: { restarted: "now" } } }],
    ["another grace period", template({ terminationGracePeriodSeconds: 31 })],
    ["a pull policy that is not the default", template({}, { imagePullPolicy: "Always" })],
    ["a host port", template({}, { ports: [{ containerPort: 80, hostPort: 80 }] })],
    ["a variable that is empty", template({}, { env: [{ name: "A", value: "" }] })],
    ["an empty directory", template({ volumes: [{ name: "v", emptyDir: {} }] })],
    ["a sidecar", template({ initContainers: [{ name: "s", restartPolicy: "Always" }] })],
    ["an init container", template({ initContainers: [{ name: "s" }] })],
    ["another order of containers", template({ containers: [{ name: "s" }, app] })],
  ])("sees %s", (_, changed) => {
    expect(revisionOf(changed)).not.toBe(plain);
  });

  test("does not see the order of fields, nor fields that are null", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (coins) => {
        const shuffled = JSON.parse(
          JSON.stringify(target.spec?.template, (_, value: unknown) => shuffle(value, coins)),
        ) as PodTemplateSpec;
        expect(revisionOf(shuffled)).toBe(revisionOf(target.spec?.template ?? {}));
      }),
    );
  });
});

/** Fields in another order, with a null between them. */
function shuffle(value: unknown, coins: Iterator<boolean>): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const fields = Object.entries({ ...value, never: null });
  return Object.fromEntries(
    fields.reduce<typeof fields>((all, field) => (coins.next().value === true ? [field, ...all] : [...all, field]), []),
  );
}
