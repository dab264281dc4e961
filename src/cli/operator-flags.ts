import { Command, InvalidArgumentError, Option } from "commander";
import { bool, count, duration, list, port } from "./flags.ts";
import { describeFlag, goNote } from "./help.ts";
import { withLogFlags } from "./log-flags.ts";
import type { LogFlags } from "./log-flags.ts";
import { version } from "./version.ts";

/** The flags of the operator that have an effect. Empty where there is nothing. */
export interface OperatorFlags extends LogFlags {
  readonly kubeconfig: string;
  readonly master: string;
  /** Requests per second to the API server, in the long run. */
  readonly kubeconfigQps: number;
  /** Requests that may go at once. */
  readonly kubeconfigBurst: number;
  readonly meshProvider: string;
  readonly metricsServer: string;
  readonly namespace: string;
  readonly selectorLabels: readonly string[];
  readonly includeLabelPrefix: readonly string[];
  readonly enableConfigTracking: boolean;
  /** Milliseconds. */
  readonly analysisIntervalFloor: number;
  readonly noCrossNamespaceRefs: boolean;
  readonly ingressAnnotationsPrefix: string;
  readonly ingressClass: string;
  readonly clusterName: string;
  readonly eventWebhook: string;
  readonly slackUrl: string;
  readonly slackToken: string;
  readonly slackProxyUrl: string;
  readonly slackUser: string;
  readonly slackChannel: string;
  readonly msteamsUrl: string;
  readonly msteamsProxyUrl: string;
  readonly enableLeaderElection: boolean;
  readonly leaderElectionNamespace: string;
  readonly port: number;
}

const selectorLabels = ["app", "name", "app.kubernetes.io/name"];

/** `headgate operator`: Flagger's flags by their names, with their defaults. */
export function operatorCommand(run: (flags: OperatorFlags) => Promise<void>): Command {
  const command = new Command("operator")
    .description("Release the workloads of the cluster's Canaries")
    .configureHelp({ optionDescription: describeFlag })
    .option("--kubeconfig <file>", "kubeconfig; without it the pod's service account, then KUBECONFIG", "")
    .option("--master <url>", "URL of the API server, in place of the kubeconfig's", "")
    .option("--kubeconfig-qps <number>", "requests per second to the API server", count, 100)
    .option("--kubeconfig-burst <number>", "requests that may go at once", count, 250)
    .option("--kubeconfig-service-mesh <file>", "not supported yet: refused unless empty", refuse, "")
    .option("--namespace <name>", "watch only this namespace", "")
    .option("--mesh-provider <name>", "mesh or ingress of Canaries that name none", "istio")
    .option("--metrics-server <url>", "Prometheus for builtin and inline queries", "http://prometheus:9090")
    .option("--selector-labels <list>", "labels that tell pods apart, first match wins", list, selectorLabels)
    .option("--include-label-prefix <list>", "prefixes of labels and annotations to copy; * for all", list, [])
    .option("--enable-config-tracking [bool]", "release changes of ConfigMaps and Secrets", bool, true)
    .addOption(withName("--no-cross-namespace-refs [bool]", "refuse references to other namespaces"))
    .addOption(time("--analysis-interval-floor", "least analysis interval", "10s"))
    .option("--ingress-annotations-prefix <prefix>", "prefix of NGINX's annotations", "nginx.ingress.kubernetes.io")
    .option("--ingress-class <name>", "ingressClassName of HTTPProxies, for Contour", "")
    .option("--cluster-name <name>", "name of the cluster in alerts", "")
    .option("--event-webhook <url>", "URL that is told of every event", "")
    .option("--slack-url <url>", "Slack's webhook", "")
    .option("--slack-token <token>", "Slack's token", "")
    .option("--slack-proxy-url <url>", "HTTP proxy to Slack", "")
    .option("--slack-user <name>", "author of messages in Slack", "flagger")
    .option("--slack-channel <name>", "Slack's channel; without it no alert is sent there", "")
    .option("--msteams-url <url>", "Microsoft Teams' webhook; goes before Slack", "")
    .option("--msteams-proxy-url <url>", "HTTP proxy to Microsoft Teams", "")
    .option("--enable-leader-election [bool]", "run several replicas, of which one leads", bool, false)
    .option("--leader-election-namespace <name>", "the Lease's, unless --namespace is set", "kube-system")
    .option("--port <number>", "port of probes and metrics", port, 8080)
    .addOption(time("--control-loop-interval", "no effect: changes are seen at once", "10s"))
    .option("--threadiness <number>", "no effect: Canaries are served side by side", count, 2);
  withLogFlags(command).version(version, "--version", "print the version");
  for (const flag of klogFlags) command.addOption(new Option(flag).hideHelp());
  return command.addHelpText("after", note).action(run);
}

const note = `${goNote}
Flags of klog, such as -v=2 and -logtostderr, are accepted and have no effect.

Environment, which goes before the flags when it is not empty: EVENT_WEBHOOK_URL, SLACK_URL,
SLACK_TOKEN, SLACK_PROXY_URL, MSTEAMS_URL, MSTEAMS_PROXY_URL`;

/** What Go's Kubernetes programs take for their logs. */
const klogFlags = [
  "--add_dir_header [bool]",
  "--alsologtostderr [bool]",
  "--log_backtrace_at <line>",
  "--log_dir <folder>",
  "--log_file <file>",
  "--log_file_max_size <megabytes>",
  "--logtostderr [bool]",
  "--one_output [bool]",
  "--skip_headers [bool]",
  "--skip_log_headers [bool]",
  "--stderrthreshold <level>",
  "--v <level>",
  "--vmodule <list>",
];

/** The parser takes names that begin with `no-` for negations of another flag. */
function withName(flags: string, description: string): Option {
  const option = new Option(flags, description).argParser(bool).default(false);
  option.negate = false;
  return option;
}

function time(name: string, description: string, value: string): Option {
  return new Option(`${name} <duration>`, description).argParser(duration).default(duration(value), value);
}

/** The routes of a mesh in another cluster would be written into this one. */
function refuse(text: string): string {
  if (text !== "") throw new InvalidArgumentError("A mesh in another cluster is not supported yet.");
  return text;
}
