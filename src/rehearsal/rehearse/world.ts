import type { Canary, MetricCheck } from "../../api/canary.ts";
import { formatFloat } from "../../goformat.ts";
import type { Http, HttpRequest, HttpResponse } from "../../http.ts";
import { isWithin, limitsOf } from "../../narration.ts";
import type { Happening } from "./happening.ts";
import type { Value } from "./series.ts";

type Webhook = NonNullable<Canary["spec"]["analysis"]["webhooks"]>[number];

/** What a metric of a Canary asks its store. */
export interface Question {
  readonly metric: MetricCheck;
  /** As it is sent. */
  readonly query: string;
  /** The store answers in seconds, where the metric's limits are in milliseconds. */
  readonly inSeconds: boolean;
}

/** What everything that a release asks has to say. */
export interface Answers {
  /** The HTTP status of a webhook. */
  readonly hook: (hook: Webhook) => number;
  /** The value of a metric, in the unit of its limits. */
  readonly metric: (metric: MetricCheck) => Value;
}

/** What the world outside the cluster is made of. */
export interface WorldOptions {
  readonly canary: Canary;
  readonly questions: readonly Question[];
  readonly answers: Answers;
  /** The alert that is being sent. */
  readonly alert: () => { readonly severity: string; readonly text: string } | undefined;
  readonly tell: (happening: Happening) => void;
}

/** The world outside the cluster: webhooks, metric stores and chat services. */
export function createWorld({ canary, questions, answers, alert, tell }: WorldOptions): Http {
  const { webhooks = [] } = canary.spec.analysis;
  const known = new Map(questions.map((question) => [question.query, question]));

  function callHook(hook: Webhook, body: string): HttpResponse {
    const status = answers.hook(hook);
    const { phase } = JSON.parse(body) as { readonly phase: string };
    const type = typeOf(hook);
    if (type !== "event") tell({ kind: "hook", hook: hook.name, type, phase, status });
    return { status, headers: {}, body: status < 300 ? "" : `${hook.name} says no` };
  }

  function query(text: string): Value {
    const question = known.get(text);
    if (question === undefined) return text === "vector(1)" ? 1 : "empty";
    const { metric, inSeconds } = question;
    const value = answers.metric(metric);
    const passed = value !== "empty" && isWithin(metric, value);
    tell({ kind: "check", metric: metric.name, value, ...limitsOf(metric), passed });
    return inSeconds && value !== "empty" ? value / 1000 : value;
  }

  function answer({ method, url, body = "" }: HttpRequest): HttpResponse {
    const [, index] = mark.exec(url) ?? [];
    const hook = webhooks[Number(index ?? NaN)];
    if (hook !== undefined) return callHook(hook, body);
    const { host, searchParams } = new URL(url);
    if (method === "GET") {
      return { status: 200, headers: {}, body: prometheusAnswer(query(searchParams.get("query") ?? "")) };
    }
    const sent = alert();
    if (sent !== undefined) tell({ kind: "alert", to: host, severity: sent.severity, text: sent.text });
    return { status: 200, headers: {}, body: "" };
  }

  return (request) => Promise.resolve(answer(request));
}

/** What a Prometheus answers to a query. */
export function prometheusAnswer(value: Value): string {
  const result = value === "empty" ? [] : [{ metric: {}, value: [0, formatFloat(value)] }];
  return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
}

/** When a webhook is called. */
export function typeOf({ type = "" }: Webhook): string {
  return type === "" ? "rollout" : type;
}

const mark = /#webhook-(\d+)$/;

/** The Canary with webhooks that can be told apart by their URLs, which else stay as they are. */
export function withMarks(canary: Canary): Canary {
  const { spec } = canary;
  const { webhooks } = spec.analysis;
  if (webhooks === undefined) return canary;
  const marked = webhooks.map((hook, index) => ({ ...hook, url: `${hook.url}#webhook-${index}` }));
  return { ...canary, spec: { ...spec, analysis: { ...spec.analysis, webhooks: marked } } };
}

/** A text in which those URLs may stand. */
export function withoutMarks(text: string): string {
  return text.replace(/#webhook-\d+/g, "");
}
