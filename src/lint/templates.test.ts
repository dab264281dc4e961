import { expect, test } from "vitest";
import type { LintOptions } from "./rule.ts";
import { canary, linesOf, object } from "./testing.ts";

const store = { type: "prometheus", address: "http://prometheus:9090" };

function template(query: string, provider: object = store) {
  return object("flagger.app/v1beta1", "MetricTemplate", "errors", { provider, query });
}

/** A Canary that asks the template. */
function using(templateVariables: object) {
  const metric = { name: "errors", templateRef: { name: "errors" }, thresholdRange: { max: 1 }, templateVariables };
  return canary({ analysis: { metrics: [metric] } });
}

type Row = readonly [
  what: string,
  objects: Parameters<typeof linesOf>[0],
  options: Partial<LintOptions>,
  found: readonly string[],
];

test.each<Row>([
  [
    "template-syntax",
    [template('errors{ns="{{ namespace "}')],
    {},
    [
      "app.yaml:10 error MetricTemplate test/errors spec.query (template-syntax)",
      'The query cannot be read: 1:25: this " is not closed.',
      "Mend it at that line and column.",
    ],
  ],
  [
    "template-syntax: an unknown variable",
    [template('errors{pod="{{ pod }}"}')],
    {},
    [
      "app.yaml:10 error MetricTemplate test/errors spec.query (template-syntax)",
      "The query cannot be read: 1:16: function pod is not defined; there are and, eq, ge, gt, html, index, ingress, interval, js, le, len, lt, name, namespace, ne, not, or, print, printf, println, route, service, slice, target, urlquery, variables.",
      "Mend it at that line and column.",
    ],
  ],
  [
    "template-store: a type",
    [template("1", { type: "datadog" })],
    {},
    [
      "app.yaml:8 error MetricTemplate test/errors spec.provider.type (template-store)",
      "Every check with it fails: metric provider datadog is not supported by this version.",
      "Name a Prometheus, with its http or https URL.",
    ],
  ],
  [
    "template-store: no address",
    [template("1", { type: "prometheus" })],
    {},
    [
      "app.yaml:7 error MetricTemplate test/errors spec.provider.address (template-store)",
      "Every check with it fails: is missing; set it to the store's URL.",
      "Name a Prometheus, with its http or https URL.",
    ],
  ],
  [
    "nothing: a good template with its Secret",
    [template('errors{ns="{{ namespace }}"}[{{ interval }}]', { ...store, secretRef: { name: "login" } })],
    {},
    [],
  ],
  [
    "query: a template",
    [template('errors{path="{{ variables.path }}"}'), using({ variable: "x" })],
    {},
    [
      "app.yaml:35 error Canary test/podinfo spec.analysis.metrics[0].templateRef (query)",
      'The query of errors cannot be filled in: 1:26: "path" is not defined; there are variable.',
      "Set what it asks for in templateVariables, or mend the query.",
    ],
  ],
  [
    "nothing: a template that is filled in",
    [template('errors{path="{{ variables.path }}"}'), using({ path: "x" })],
    {},
    [],
  ],
  [
    "query: empty",
    [template("{{ variables.query }}"), using({ query: " " })],
    {},
    [
      "app.yaml:35 error Canary test/podinfo spec.analysis.metrics[0].templateRef (query)",
      "The query of errors comes out empty: its check always fails.",
      "Write a query that gives one number.",
    ],
  ],
  [
    "query: inline",
    [canary({ analysis: { metrics: [{ name: "errors", query: "errors{{", thresholdRange: { max: 1 } }] } })],
    {},
    [
      "app.yaml:24 note Canary test/podinfo spec.analysis.metrics[0].query (old-threshold)",
      "query is deprecated.",
      "Move it to a MetricTemplate, named in templateRef.",
      "app.yaml:24 error Canary test/podinfo spec.analysis.metrics[0].query (query)",
      "The query of errors cannot be filled in: 1:7: this {{ is not closed.",
      "Set what it asks for in templateVariables, or mend the query.",
    ],
  ],
  [
    "metrics-server",
    [canary({ metricsServer: "prometheus:9090" })],
    {},
    [
      "app.yaml:27 error Canary test/podinfo spec.metricsServer (metrics-server)",
      "Not an http or https URL: every check of a builtin metric fails.",
      "Write the URL of a Prometheus with its protocol, such as http://prometheus:9090.",
    ],
  ],
  [
    "alert-address",
    [object("flagger.app/v1beta1", "AlertProvider", "chat", { type: "slack", address: "hooks.slack.com/x" })],
    {},
    [
      "app.yaml:8 error AlertProvider test/chat spec.address (alert-address)",
      "Not an http or https URL: no alert is sent.",
      "Write the webhook's URL with its protocol, such as https://.",
    ],
  ],
  [
    "alert-address: the proxy",
    [
      object("flagger.app/v1beta1", "AlertProvider", "chat", {
        type: "slack",
        secretRef: { name: "chat" },
        proxy: "proxy:3128",
      }),
    ],
    {},
    [
      "app.yaml:10 error AlertProvider test/chat spec.proxy (alert-address)",
      "Not an http, https or socks5 URL: no alert is sent.",
      "Write the URL with its protocol, such as http://proxy:3128.",
    ],
  ],
  [
    "alert-address: empty",
    [object("flagger.app/v1beta1", "AlertProvider", "chat", { type: "slack", address: "" })],
    {},
    [
      "app.yaml:8 error AlertProvider test/chat spec.address (alert-address)",
      "Not an http or https URL: no alert is sent.",
      "Write the webhook's URL.",
    ],
  ],
])("%s", (_, objects, options, found) => {
  expect(linesOf(objects, options)).toEqual(found);
});
