import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pki } from "../cluster/certificates.ts";
import { network, operatorUser, stateDirectory } from "../cluster/layout.ts";
import { ownFirewallRules, verifyRoutes } from "../cluster/network.ts";
import { countRequests } from "../support/audit.ts";
import { eventually } from "../support/eventually.ts";
import { applyText, clusterAddress, kubectl, rolledOut } from "../support/kubectl.ts";
import { startLoad } from "../support/load.ts";
import { mainProcess, usageOf } from "../support/process.ts";
import { run as command } from "../support/run.ts";
import { receiveSlack, serveFiles } from "../support/servers.ts";
import type { Context } from "../support/suite.ts";

export const name = "the cluster itself";

const namespace = "cluster-check";

const podinfo = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "podinfo", namespace },
  spec: {
    selector: { matchLabels: { app: "podinfo" } },
    template: {
      metadata: { labels: { app: "podinfo" } },
      spec: {
        containers: [
          {
            name: "podinfo",
            image: "ghcr.io/stefanprodan/podinfo:6.0.1",
            imagePullPolicy: "Never",
            command: ["./podinfo", "--port=9898"],
            readinessProbe: { httpGet: { path: "/readyz", port: 9898 }, periodSeconds: 1 },
            lifecycle: { preStop: { sleep: { seconds: 1 } } },
            resources: { requests: { cpu: "10m", memory: "16Mi" } },
          },
        ],
      },
    },
  },
};

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "podinfo", namespace },
  spec: { selector: { app: "podinfo" }, ports: [{ port: 9898 }] },
};

/** A pod of the load tester's image: it has a shell and curl. */
const client = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "client", namespace },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: "client",
        image: "ghcr.io/headgate/loadtester:0.1.0",
        imagePullPolicy: "Never",
        command: ["sleep", "3600"],
      },
    ],
  },
};

/** Proves what the other suites rely on. */
export async function run({ check }: Context): Promise<void> {
  await kubectl(["create", "namespace", namespace]);
  try {
    await check("the node is Ready", async () => {
      await kubectl(["wait", "node", network.nodeName, "--for=condition=Ready", "--timeout=10s"]);
    });
    await check("nothing addressed to pods or Services can leave the machine", async () => {
      await verifyRoutes();
      const routes = await command("ip", ["route"]);
      for (const range of [network.serviceRange, network.podRange]) {
        if (!routes.includes(`${range} dev ${network.nodeBridge}`))
          throw new Error(`no route for ${range}:\n${routes}`);
      }
      const rules = await ownFirewallRules();
      if (!rules.some((rule) => rule.includes(`! -o ${network.podBridge} -j REJECT`))) throw new Error("no fence");
    });
    await check("a Deployment becomes Ready", async () => {
      for (const object of [podinfo, service, client]) await applyText(JSON.stringify(object));
      await rolledOut(namespace, "podinfo", 60_000);
      await kubectl(["wait", "pod/client", "--namespace", namespace, "--for=condition=Ready", "--timeout=60s"]);
    });
    await check("the Service answers the node", async () => {
      const url = `http://${await clusterAddress(namespace, "podinfo")}:9898/version`;
      // a moment after the pod is ready, when kube-proxy has heard of it
      const first = (): Promise<true | undefined> => fetch(url).then(({ ok }) => ok || undefined);
      await eventually("the first answer", first, { timeoutMs: 10_000, everyMs: 100 });
      for (const keepAlive of [true, false]) {
        const report = await startLoad({ url, rate: 20, seconds: 1, keepAlive }).finish();
        if (report.total !== 20 || report.statuses["200"] !== 20) throw new Error(JSON.stringify(report));
      }
    });
    await check("the Service answers a pod by its name, and only names of the cluster exist", async () => {
      const version = await inClient("curl -sS -m 5 http://podinfo:9898/version | jq -r .version");
      if (version.trim() !== "6.0.1") throw new Error(`podinfo says ${version}`);
      const code = await curlExitCode("http://example.com");
      if (code !== "6") throw new Error(`curl ended with ${code}`);
    });
    await check("a pod does not reach past the pod bridge", async () => {
      // what goes out by any other device than the pod bridge is refused on the node; a Service address nobody has does
      const code = await curlExitCode("http://10.96.255.254");
      if (code !== "7") throw new Error(`curl ended with ${code}`);
    });
    await check("the load tester's image has its tools", async () => {
      const tools =
        "hey -n 4 -c 2 http://podinfo:9898/ && wget -q --timeout=5 -O- http://podinfo:9898/healthz && bash -c true";
      await inClient(`${tools} && jq --version && kubectl version --client && helm version && node --version`);
    });
    await check("kubectl logs and exec work", async () => {
      const logs = await kubectl(["logs", "--namespace", namespace, "deployment/podinfo"]);
      if (!logs.includes("Starting podinfo")) throw new Error(`unexpected logs: ${logs}`);
      if ((await inClient("echo from inside")).trim() !== "from inside") throw new Error("exec says something else");
    });
    await check("pods reach servers on the node", async () => {
      const [files, slack] = await Promise.all([serveFiles(stateDirectory.bin), receiveSlack()]);
      await inClient(`curl -sS -m 5 -d '{"text":"hello"}' ${slack.url}/hook`);
      await inClient(`curl -sSf -m 5 -o /dev/null ${files.url}/pause`);
      await Promise.all([files.close(), slack.close()]);
      const [first] = slack.received;
      if (first?.body !== '{"text":"hello"}' || first.path !== "/hook") throw new Error(JSON.stringify(slack.received));
    });
    await check("the audit log has the operator's requests and no others", async () => {
      const from = new Date();
      await kubectl(["get", "pods", "--namespace", namespace]);
      await askAsOperator(`/api/v1/namespaces/${namespace}/pods`);
      const { byKind } = await countRequests(stateDirectory.audit, from, new Date());
      if (byKind["list pods"] !== 1) throw new Error(JSON.stringify(byKind));
    });
    await check("the process of a pod can be measured", async () => {
      const pod = await kubectl([
        "get",
        "pod",
        "-n",
        namespace,
        "-l",
        "app=podinfo",
        "-o",
        "jsonpath={.items[0].metadata.name}",
      ]);
      const usage = await usageOf(await mainProcess(namespace, pod));
      if (usage.rssBytes < 1e6) throw new Error(JSON.stringify(usage));
    });
    await check("metrics of pods are there for autoscalers", async () => {
      const top = ["top", "pods", "--namespace", namespace, "--no-headers"];
      await eventually("metrics of podinfo", async () => /^podinfo-\S+ +\d+m/m.exec(await kubectl(top)) ?? undefined, {
        timeoutMs: 60_000,
        everyMs: 2_000,
      });
    });
  } finally {
    await kubectl(["delete", "namespace", namespace, "--wait=false"]);
  }
}

/** What a script says in the client's shell. */
async function inClient(script: string): Promise<string> {
  return kubectl(["exec", "--namespace", namespace, "client", "--", "sh", "-c", script]);
}

/** How curl ended in the client's pod: 6 for no such name, 7 for no connection, 28 for no answer in time. */
async function curlExitCode(url: string): Promise<string> {
  return (await inClient(`curl -s -m 3 -o /dev/null ${url}; echo $?`)).trim();
}

/** A request with a certificate of the operator's name, which the API server refuses after it has written it down. */
async function askAsOperator(path: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-"));
  try {
    const [certificate, key] = [join(folder, "client.crt"), join(folder, "client.key")];
    const issuer = ["-CA", pki("ca.crt"), "-CAkey", pki("ca.key"), "-subj", `/CN=${operatorUser}`];
    const files = ["-keyout", key, "-out", certificate];
    await command("openssl", [
      "req",
      "-x509",
      "-config",
      "/dev/null",
      "-newkey",
      "rsa:2048",
      "-nodes",
      ...issuer,
      ...files,
    ]);
    const trust = ["--cacert", pki("ca.crt"), "--cert", certificate, "--key", key];
    await command("curl", ["-sS", "-m", "5", ...trust, `https://${network.nodeAddress}:6443${path}`]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
