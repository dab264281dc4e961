import { expect, test } from "vitest";
import type { Canary } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { scalerOf, workloadKind } from "./kinds.ts";
import { canary, fixedSize } from "./testdata/podinfo.ts";

const { spec } = fixedSize;

test("knows Deployments and HorizontalPodAutoscalers", () => {
  expect(workloadKind(canary).kind).toBe("Deployment");
  expect(scalerOf(canary)?.kind).toBe("HorizontalPodAutoscaler");
  expect(scalerOf(fixedSize)).toBeUndefined();
});

test("refuses what it cannot handle, by name", () => {
  const daemonSet: Canary = { ...canary, spec: { ...spec, targetRef: { ...spec.targetRef, kind: "DaemonSet" } } };
  expect(() => workloadKind(daemonSet)).toThrow(
    new InvalidSpec("spec.targetRef.kind: DaemonSet is not supported by this version; supported: Deployment"),
  );
  const keda = { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject", name: "podinfo" } as const;
  expect(() => scalerOf({ ...canary, spec: { ...spec, autoscalerRef: keda } })).toThrow(
    new InvalidSpec(
      "spec.autoscalerRef.kind: ScaledObject is not supported by this version; supported: HorizontalPodAutoscaler",
    ),
  );
});
