import { stringify } from "yaml";
import { isRecord } from "../kubernetes/canonical.ts";
import { lint } from "./lint.ts";
import { textReport } from "./report.ts";
import type { LintOptions } from "./rule.ts";
import { readSources } from "./source.ts";

type Fields = Readonly<Record<string, unknown>>;

const namespace = "test";

/** For tests: a Canary with weights and nothing wrong, but for these fields of its spec. Undefined takes one away. */
export function canary(spec: Fields = {}, metadata: Fields = {}): Fields {
  const good = {
    provider: "gatewayapi:v1",
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "podinfo" },
    revertOnDeletion: true,
    service: { port: 9898, gatewayRefs: [{ name: "public" }] },
    analysis: { interval: "1m", threshold: 3, stepWeight: 10, maxWeight: 50, metrics: [successRate] },
  };
  return {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    metadata: { name: "podinfo", namespace, ...metadata },
    spec: merged(good, spec),
  };
}

/** For tests: the same blue/green, by provider `kubernetes`. */
export function blueGreen(spec: Fields = {}): Fields {
  const good = {
    provider: "kubernetes",
    service: { gatewayRefs: undefined },
    analysis: { iterations: 5, stepWeight: undefined, maxWeight: undefined, webhooks: [load] },
  };
  return canary(merged(good, spec));
}

export const successRate = { name: "request-success-rate", interval: "1m", thresholdRange: { min: 99 } };

export const load = {
  name: "load",
  url: "http://flagger-loadtester.test/",
  metadata: { cmd: "hey -z 1m http://podinfo-canary.test:9898/" },
};

/** For tests: the target, with nothing wrong but for these fields of its spec. */
export function deployment(spec: Fields = {}, container: Fields = {}, name = "podinfo"): Fields {
  const good = {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          merged(
            {
              name: "podinfod",
              image: "podinfo:6.0.0",
              ports: [{ name: "http", containerPort: 9898 }],
              readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
            },
            container,
          ),
        ],
      },
    },
  };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec: merged(good, spec) };
}

/** For tests: an object of one of the other kinds. */
export function object(apiVersion: string, kind: string, name: string, spec: Fields): Fields {
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}

/** For tests: a HorizontalPodAutoscaler of this Deployment. */
export function autoscaler(name: string, target: string): Fields {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: target };
  return object("autoscaling/v2", "HorizontalPodAutoscaler", name, { scaleTargetRef, minReplicas: 2, maxReplicas: 4 });
}

/** For tests: what is found in one file with these objects, line by line. */
export function linesOf(objects: readonly Fields[], options: Partial<LintOptions> = {}): readonly string[] {
  const text = objects.map((each) => stringify(each, { aliasDuplicateObjects: false })).join("---\n");
  return linesIn(text, options);
}

/** For tests: what is found in this text. */
export function linesIn(text: string, options: Partial<LintOptions> = {}): readonly string[] {
  const { sources } = readSources("app.yaml", text);
  const findings = lint(sources, {
    meshProvider: "",
    intervalFloorMs: 10_000,
    selectorLabels: ["app", "name", "app.kubernetes.io/name"],
    noCrossNamespaceRefs: false,
    ...options,
  });
  const lines = textReport(findings, 1, (_, words) => words).split("\n");
  return lines.slice(0, -2).flatMap((line) => (line === "" ? [] : [line.trim()]));
}

/** The fields with changes to them, and to the fields of theirs. */
function merged(fields: Fields, changes: Fields): Fields {
  const changed = Object.entries(changes).map(([key, change]) => {
    const before = fields[key];
    return [key, isRecord(before) && isRecord(change) ? merged(before, change) : change] as const;
  });
  return { ...fields, ...Object.fromEntries(changed) };
}
