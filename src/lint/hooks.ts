import { systemClock } from "../clock.ts";
import { pino } from "pino";
import { strategyOf } from "../api/analysis.ts";
import type { ResolvedAnalysis, ResolvedWebhook } from "../api/analysis.ts";
import { isBuiltin } from "../api/builtin-metric.ts";
import type { Canary } from "../api/canary.ts";
import { apexName, canaryName } from "../api/names.ts";
import { formatDuration } from "../goformat.ts";
import { isHttpUrl } from "../http.ts";
import { InvalidTask } from "../loadtester/errors.ts";
import type { TaskKind, Tools } from "../loadtester/task.ts";
import { taskKind } from "../loadtester/tasks.ts";
import { analysisOf } from "./lookup.ts";
import { rule } from "./rule.ts";
import type { About, Rule, Slip } from "./rule.ts";
import { msOf } from "./timing.ts";

/** A rule on one hook. The paths of its slips begin below the hook. */
function onHook(
  about: About,
  find: (hook: ResolvedWebhook, analysis: ResolvedAnalysis, canary: Canary) => readonly Slip[],
): Rule {
  return {
    ...about,
    find: (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      return analysis.webhooks.flatMap((hook, index) =>
        find(hook, analysis, canary).map((slip) => ({
          ...slip,
          path: `spec.analysis.webhooks[${index}].${slip.path}`,
        })),
      );
    },
  };
}

const defaultTimeoutMs = 10_000;

/** How long the hook may keep an analysis waiting, in milliseconds: all tries, and the pauses between them. */
function patienceOf({ timeout = "", retries = 0 }: ResolvedWebhook): number {
  const timeoutMs = (timeout.length < 2 ? 0 : msOf(timeout)) ?? 0;
  const pauses = Array.from({ length: Math.max(0, Math.min(retries, 1000)) }, (_, n) =>
    Math.min(1000 * 2 ** n, 30_000),
  );
  const pausesMs = pauses.reduce((sum, pause) => sum + pause, 0);
  return (1 + Math.max(0, retries)) * (timeoutMs > 0 ? timeoutMs : defaultTimeoutMs) + pausesMs;
}

/** Hooks that are asked at every analysis. */
const everyTime: readonly string[] = ["rollout", "rollback", "confirm-traffic-increase", "confirm-promotion"];

function isConfirm({ type }: ResolvedWebhook): boolean {
  return type.startsWith("confirm-");
}

/** The path of the hook's URL; empty when it has none. */
function pathOf({ url }: ResolvedWebhook): string {
  return URL.parse(url)?.pathname ?? "";
}

const refuse = (): Promise<never> => Promise.reject(new Error("nothing is run"));
/** Tasks are made to see whether they can be, and never run. */
const noTools: Tools = {
  clock: systemClock,
  http: refuse,
  runProcess: refuse,
  log: pino({ level: "silent" }, { write: () => undefined }),
};

type Job = { readonly kind: TaskKind } | { readonly mistake: string };

/** What the load tester would make of the hook; undefined when it is not for the load tester, as far as can be told. */
function jobOf(hook: ResolvedWebhook): Job | undefined {
  const { url, metadata = {} } = hook;
  const named = /load-?tester/.test(URL.parse(url)?.hostname ?? "");
  if (pathOf(hook) !== "/" || !(named || metadata["cmd"] !== undefined) || hook.type === "event") return undefined;
  try {
    const kind = taskKind(metadata);
    kind.create(metadata, noTools);
    return { kind };
  } catch (error) {
    if (error instanceof InvalidTask) return { mistake: error.message };
    throw error;
  }
}

/** Whether the load tester answers the hook before its work is done, which passes. */
function passesAtOnce(hook: ResolvedWebhook): boolean {
  const job = jobOf(hook);
  return (job !== undefined && "kind" in job && job.kind.background) || pathOf(hook) === "/gate/approve";
}

const loadGenerators = /^\s*(hey|ghz|wrk2?|ab|fortio|k6|vegeta)\s/;

/** Whom the operator asks and tells. */
export const hookRules: readonly Rule[] = [
  onHook({ id: "hook-url", severity: "error", finds: "a hook whose URL is not one of http or https" }, (hook) =>
    isHttpUrl(hook.url)
      ? []
      : [
          {
            path: "url",
            problem: isConfirm(hook)
              ? "This gate has no way to open: its URL cannot be called."
              : "It cannot be called.",
            fix: "Write the URL with its protocol, such as http://flagger-loadtester.test/gate/check.",
          },
        ],
  ),
  onHook(
    {
      id: "hook-timeout",
      severity: "error",
      finds: "a hook's timeout that the schema lets pass and that is no duration",
    },
    ({ timeout = "" }) =>
      timeout.length < 2 || msOf(timeout) !== undefined
        ? []
        : [
            {
              path: "timeout",
              problem: `${JSON.stringify(timeout)} is no duration: the hook fails each time without being called.`,
              fix: "Write minutes and seconds, such as 30s.",
            },
          ],
  ),
  onHook(
    {
      id: "hook-slow",
      severity: "warning",
      finds: "a hook asked at every analysis that may take longer than the interval",
    },
    (hook, { intervalMs }) => {
      const patience = patienceOf(hook);
      return everyTime.includes(hook.type) && patience > intervalMs
        ? [
            {
              path: hook.timeout === undefined ? "name" : "timeout",
              problem: `A ${hook.type} hook that does not answer holds up each analysis for ${formatDuration(patience)}, longer than the interval of ${formatDuration(intervalMs)}.`,
              fix: "Set a shorter timeout or fewer retries, or lengthen the interval.",
            },
          ]
        : [];
    },
  ),
  onHook(
    {
      id: "hook-deadline",
      severity: "warning",
      finds: "a hook whose timeout and retries take longer than `progressDeadlineSeconds`",
    },
    (hook, _, { spec: { progressDeadlineSeconds = 600 } }) => {
      const patience = patienceOf(hook);
      return patience > progressDeadlineSeconds * 1000
        ? [
            {
              path: (hook.retries ?? 0) > 0 ? "retries" : "timeout",
              problem: `All tries together may take ${formatDuration(patience)}, longer than the progress deadline of ${formatDuration(progressDeadlineSeconds * 1000)}: meanwhile nothing else is looked at, also not whether pods have broken.`,
              fix: "Set a shorter timeout or fewer retries.",
            },
          ]
        : [];
    },
  ),
  onHook(
    { id: "hook-task", severity: "error", finds: "a hook for the load tester whose metadata it does not take" },
    (hook) => {
      const job = jobOf(hook);
      return job === undefined || !("mistake" in job)
        ? []
        : [
            {
              path: "metadata",
              problem: `The load tester refuses it: ${job.mistake}.`,
              fix: "Set metadata.type, such as bash or cmd, and what that type asks for, such as metadata.cmd.",
            },
          ];
    },
  ),
  onHook(
    {
      id: "test-in-background",
      severity: "warning",
      finds: "a test that cannot fail because the load tester answers before it has run",
    },
    (hook) =>
      (isConfirm(hook) || hook.type === "pre-rollout") &&
      pathOf(hook) === "/" &&
      passesAtOnce(hook) &&
      !loadGenerators.test(hook.metadata?.["cmd"] ?? "")
        ? [
            {
              path: "metadata.type",
              problem:
                "The load tester answers a cmd task at once and runs it afterwards: the hook passes whatever comes of it.",
              fix: "Set metadata.type: bash, which is answered when the command has ended.",
            },
          ]
        : [],
  ),
  onHook(
    {
      id: "rollback-always",
      severity: "error",
      finds: "a rollback hook that passes at once, which rolls back every release",
    },
    (hook) =>
      hook.type === "rollback" && passesAtOnce(hook)
        ? [
            {
              path: "url",
              problem: "A rollback hook that passes rolls the release back, and this one always does.",
              fix: "Ask /rollback/check of the load tester, which passes once somebody has opened it.",
            },
          ]
        : [],
  ),
  onHook(
    { id: "gate-and-rollback", severity: "error", finds: "a rollback hook at the URL of a gate" },
    (hook, { webhooks }) => {
      const gate = webhooks.find((other) => isConfirm(other) && other.url === hook.url);
      return hook.type === "rollback" && gate !== undefined
        ? [
            {
              path: "url",
              problem: `It is also the URL of the gate ${gate.name}: to open that is to roll back.`,
              fix: "Ask /rollback/check of the load tester, which is a switch of its own.",
            },
          ]
        : [];
    },
  ),
  onHook(
    { id: "gate-shared", severity: "warning", finds: "two gates at one URL, which open together" },
    (hook, { webhooks }) => {
      const first = webhooks.find((other) => isConfirm(other) && other.url === hook.url);
      return isConfirm(hook) && pathOf(hook) === "/gate/check" && first !== undefined && first !== hook
        ? [
            {
              path: "url",
              problem: `The load tester keeps one gate for a Canary: to open ${first.name} is to open ${hook.name}, too.`,
              fix: "Close the gate again in between, or ask two load testers.",
            },
          ]
        : [];
    },
  ),
  onHook({ id: "gate-halt", severity: "warning", finds: "a gate that nobody can open" }, (hook) =>
    isConfirm(hook) && pathOf(hook) === "/gate/halt"
      ? [
          {
            path: "url",
            problem: "The load tester's /gate/halt is always closed: only an edit of the Canary lets a release pass.",
            fix: "Ask /gate/check, which can be opened with a request to /gate/open.",
          },
        ]
      : [],
  ),
  onHook(
    {
      id: "load-misses-canary",
      severity: "warning",
      finds: "blue/green with a load test of the Service that still leads to the primary",
    },
    (hook, analysis, canary) => {
      const apex = apexName(canary);
      const cmd = hook.metadata?.["cmd"] ?? "";
      const hosts = [...cmd.matchAll(/\/\/([\w-]+)/g)].map(([, host = ""]) => host);
      return strategyOf(analysis) === "blue-green" &&
        ["rollout", "pre-rollout"].includes(hook.type) &&
        hosts.includes(apex) &&
        !hosts.includes(canaryName(apex))
        ? [
            {
              path: "metadata.cmd",
              problem: `In blue/green ${apex} leads to the primary until the release is promoted: this tests the old revision.`,
              fix: `Call ${canaryName(apex)}.`,
            },
          ]
        : [];
    },
  ),
  rule(
    {
      id: "no-load",
      severity: "warning",
      finds: "blue/green with builtin metrics and no hook that makes requests",
    },
    (canary, scene) => {
      const analysis = analysisOf(canary, scene);
      const mirrored = analysis.mirror;
      const at = analysis.metrics.findIndex(({ name }) => isBuiltin(name));
      const loads = analysis.webhooks.some(({ type }) => type === "rollout" || type === "pre-rollout");
      return strategyOf(analysis) === "blue-green" && !mirrored && at >= 0 && !loads
        ? [
            {
              path: `spec.analysis.metrics[${at}]`,
              problem:
                "In blue/green no user meets the canary before the promotion: without requests there are no values, and a check without values fails.",
              fix: "Add a hook of type rollout that has the load tester call the canary's Service.",
            },
          ]
        : [];
    },
  ),
];

/** Hooks that a release without analysis asks all the same. */
const askedAnyway: readonly string[] = ["confirm-rollout", "post-rollout", "event"];

/** A Canary that asks for no analysis. */
export const skipRules: readonly Rule[] = [
  rule(
    {
      id: "skip-analysis",
      severity: "warning",
      finds: "`skipAnalysis` beside metrics or hooks, which are then not asked",
    },
    ({ spec }) => {
      const { metrics = [], webhooks = [] } = spec.analysis;
      const isLost = metrics.length > 0 || webhooks.some(({ type = "" }) => !askedAnyway.includes(type));
      return spec.skipAnalysis === true && isLost
        ? [
            {
              path: "spec.skipAnalysis",
              problem:
                "The metrics and hooks of the analysis are not asked: a revision is promoted as soon as its pods are ready.",
              fix: "Take skipAnalysis out when you want the analysis back.",
            },
          ]
        : [];
    },
  ),
];
