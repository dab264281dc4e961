import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { createVirtualClock } from "../virtual-clock.ts";
import { loadConfig } from "./config.ts";

/** A folder of these files, gone at the end of the test. Messages name it `FOLDER`. */
async function openFolder(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "headgate-"));
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return {
    folder,
    write,
    hidden: (text: string) => text.replaceAll(folder, "FOLDER"),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

const pem = (what: string): string => `-----BEGIN CERTIFICATE-----\n${what}\n-----END CERTIFICATE-----\n`;
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A kubeconfig with one context of one cluster and one user. */
function kubeconfig(user: unknown, cluster: object = {}, rest: object = {}): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    contexts: [{ name: "here", context: { cluster: "kind", user: "me", namespace: "test" } }],
    clusters: [{ name: "kind", cluster: { server: "https://127.0.0.1:6443/", ...cluster } }],
    users: [{ name: "me", user }],
    ...rest,
  });
}

/** A plugin that prints this, as a program and its arguments. */
function plugin(prints: string, rest: object = {}): object {
  const apiVersion = "client.authentication.k8s.io/v1";
  return { exec: { apiVersion, command: process.execPath, args: ["-e", prints], env: null, ...rest } };
}

const credential = (status: string): string =>
  `console.log(JSON.stringify({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", status: ${status} }))`;

describe("a kubeconfig", () => {
  test.each<[string, string, object, string | undefined]>([
    [
      "with inline certificates",
      kubeconfig(
        { "client-certificate-data": base64(pem("me")), "client-key-data": base64(pem("key")) },
        { "certificate-authority-data": base64(pem("ca")), "tls-server-name": "kubernetes" },
      ),
      { ca: pem("ca"), clientCertificate: pem("me"), clientKey: pem("key"), serverName: "kubernetes" },
      undefined,
    ],
    [
      "with certificates in files beside it",
      kubeconfig({ "client-certificate": "me.pem", "client-key": "me.pem" }, { "certificate-authority": "pki/ca.pem" }),
      { ca: pem("ca in a file"), clientCertificate: pem("me in a file"), clientKey: pem("me in a file") },
      undefined,
    ],
    [
      "in which inline goes before files",
      kubeconfig({}, { "certificate-authority": "none.pem", "certificate-authority-data": base64(pem("ca")) }),
      { ca: pem("ca") },
      undefined,
    ],
    [
      "that trusts anybody",
      kubeconfig({}, { "insecure-skip-tls-verify": true }),
      { insecureSkipVerify: true },
      undefined,
    ],
    ["with a token", kubeconfig({ token: "t" }), {}, "Bearer t"],
    [
      "with a token file, which goes before a token",
      kubeconfig({ tokenFile: "token", token: "t" }),
      {},
      "Bearer in a file",
    ],
    ["with a password of digits", kubeconfig({ username: "me", password: 1234 }), {}, `Basic ${base64("me:1234")}`],
    ["with a user without anything", kubeconfig(null), {}, undefined],
    [
      "with a context without a user",
      kubeconfig({ token: "t" }, {}, { contexts: [{ name: "here", context: { cluster: "kind" } }] }),
      {},
      undefined,
    ],
    [
      "with several contexts",
      kubeconfig(
        { token: "t" },
        {},
        {
          "current-context": "there",
          contexts: [
            { name: "here", context: { cluster: "kind", user: "me" } },
            { name: "there", context: { cluster: "prod", user: "you" } },
          ],
          clusters: [
            { name: "kind", cluster: { server: "https://kind" } },
            { name: "prod", cluster: { server: "https://rancher/k8s/clusters/c-1" } },
          ],
          users: [
            { name: "me", user: { token: "mine" } },
            { name: "you", user: { token: "yours" } },
          ],
        },
      ),
      { server: "https://rancher/k8s/clusters/c-1" },
      "Bearer yours",
    ],
    ["with an exec plugin", kubeconfig(plugin(credential('{ token: "from a plugin" }'))), {}, "Bearer from a plugin"],
    [
      "with an exec plugin that is told what it needs",
      kubeconfig(
        plugin(credential("{ token: process.env.REGION + process.env.PROFILE + process.env.KUBERNETES_EXEC_INFO }"), {
          env: [{ name: "REGION", value: "eu " }],
        }),
      ),
      {},
      'Bearer eu mine {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}',
    ],
  ])("%s", async (_, text, expected, authorization) => {
    await using files = await openFolder({
      config: text,
      "pki/ca.pem": pem("ca in a file"),
      "me.pem": pem("me in a file"),
      token: "in a file\n",
    });
    const env = { PROFILE: "mine " };
    const { authorization: authorize, ...config } = await loadConfig({ kubeconfig: join(files.folder, "config"), env });
    expect(config).toEqual({ server: "https://127.0.0.1:6443", insecureSkipVerify: false, ...expected });
    expect(await authorize()).toBe(authorization);
  });

  const exec = (rest: object): string => kubeconfig(plugin("", rest));
  test.each<[string, string, string]>([
    ["is not YAML", "a: [", "FOLDER/config: is not YAML: "],
    ["is empty", "", "FOLDER/config: is not a kubeconfig: it has no fields"],
    [
      "has no current context",
      kubeconfig({}, {}, { "current-context": "" }),
      'FOLDER/config: there is no context "", only: here: choose one with kubectl config use-context',
    ],
    [
      "lacks its cluster",
      kubeconfig({}, {}, { clusters: [{ name: "prod", cluster: {} }, { name: "stage" }] }),
      'FOLDER/config: there is no cluster "kind", only: prod, stage',
    ],
    ["lacks its user", kubeconfig({}, {}, { users: null }), 'FOLDER/config: there is no user "me", only: '],
    [
      "has no server",
      kubeconfig({}, { server: null }),
      'FOLDER/config: cluster "kind": server: "" is not a URL such as https://HOST:6443',
    ],
    [
      "has a server that is no URL",
      kubeconfig({}, { server: "localhost:6443" }),
      'FOLDER/config: cluster "kind": server: "localhost:6443" is not a URL such as https://HOST:6443',
    ],
    [
      "names a certificate that is missing",
      kubeconfig({ "client-certificate": "none.pem" }),
      "FOLDER/config: user \"me\": client-certificate: Error: ENOENT: no such file or directory, open 'FOLDER/none.pem'",
    ],
    [
      "has a certificate that is none",
      kubeconfig({}, { "certificate-authority-data": "garbage" }),
      'FOLDER/config: cluster "kind": certificate-authority-data: is not PEM',
    ],
    [
      "needs a proxy",
      kubeconfig({}, { "proxy-url": "socks5://bastion" }),
      'FOLDER/config: cluster "kind": "proxy-url" is not supported: name a server that is reached without a proxy',
    ],
    [
      "has a login that Kubernetes has given up",
      kubeconfig({ "auth-provider": { name: "gcp" } }),
      'FOLDER/config: user "me": "auth-provider" is not supported: log in with a token, a certificate or an exec plugin',
    ],
    [
      "acts as somebody else",
      kubeconfig({ token: "t", as: "admin" }),
      'FOLDER/config: user "me": "as" is not supported: name a user who may do it all',
    ],
    [
      "has a plugin of an old kind",
      exec({ apiVersion: "client.authentication.k8s.io/v1alpha1" }),
      'FOLDER/config: user "me": exec: apiVersion "client.authentication.k8s.io/v1alpha1" is not supported: use client.authentication.k8s.io/v1',
    ],
    [
      "has a plugin that wants the cluster",
      exec({ provideClusterInfo: true }),
      'FOLDER/config: user "me": exec: "provideClusterInfo" is not supported: give the plugin what it needs as arguments',
    ],
    [
      "has a plugin that asks a person",
      exec({ interactiveMode: "Always" }),
      'FOLDER/config: user "me": exec: interactiveMode "Always" is not supported: nobody is there to answer',
    ],
  ])("that %s is refused", async (_, text, message) => {
    await using files = await openFolder({ config: text });
    const error: unknown = await loadConfig({ kubeconfig: join(files.folder, "config"), env: {} }).catch(
      (failure: unknown) => failure,
    );
    expect(error).toMatchObject({ name: "InvalidConfig" });
    // What the parser says after that is its own affair.
    expect(files.hidden((error as Error).message).replace(/(is not YAML: ).*/s, "$1")).toBe(message);
  });

  test.each<[string, object, string]>([
    [
      "is not installed",
      plugin("", { command: "headgate-none", installHint: "Install it." }),
      "headgate-none is not installed. Install it.",
    ],
    ["is not beside the file", plugin("", { command: "./login" }), "FOLDER/login is not installed."],
    ["fails", plugin('console.error("log in first"); process.exit(3)'), "NODE failed: log in first"],
    [
      "prints garbage",
      plugin('console.log("hello")'),
      "NODE does not print an ExecCredential of client.authentication.k8s.io/v1",
    ],
    [
      "prints another version",
      plugin(credential('{ token: "t" }'), { apiVersion: "client.authentication.k8s.io/v1beta1" }),
      "NODE does not print an ExecCredential of client.authentication.k8s.io/v1beta1",
    ],
    [
      "gives a certificate",
      plugin(credential('{ clientCertificateData: "..." }')),
      "NODE gives no token; client certificates are not supported",
    ],
  ])("whose plugin %s says so", async (_, user, message) => {
    await using files = await openFolder({ config: kubeconfig(user) });
    const { authorization } = await loadConfig({
      kubeconfig: join(files.folder, "config"),
      env: { PATH: "/usr/bin:/bin" },
    });
    const error: unknown = await authorization().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ name: "InvalidConfig" });
    expect(files.hidden((error as Error).message).replace(process.execPath, "NODE")).toBe(
      `FOLDER/config: user "me": exec: ${message}`,
    );
  });
});

describe("tokens are read anew", () => {
  test("from a file, every minute", async () => {
    await using files = await openFolder({ config: kubeconfig({ tokenFile: "token" }), token: "first" });
    const clock = createVirtualClock(1_000_000);
    const { authorization } = await loadConfig({ kubeconfig: join(files.folder, "config"), env: {}, clock });
    expect(await authorization()).toBe("Bearer first");
    await files.write("token", "second");
    await clock.advance(59_999);
    expect(await authorization()).toBe("Bearer first");
    await clock.advance(1);
    expect(await Promise.all([authorization(), authorization()])).toEqual(["Bearer second", "Bearer second"]);
    await files.write("token", "");
    await clock.advance(60_000);
    await expect(authorization()).rejects.toMatchObject({ message: `${files.folder}/token: the token is empty` });
    await files.write("token", "third");
    expect(await authorization()).toBe("Bearer third");
  });

  test.each([
    ["shortly before they expire", '"1970-01-01T00:10:00Z"', 590_000],
    ["every minute when they do not say", "undefined", 60_000],
    ["not at once when they have expired", '"1970-01-01T00:00:00Z"', 10_000],
  ])("from a plugin, %s", async (_, expires, ms) => {
    await using files = await openFolder({
      config: kubeconfig(
        plugin(credential(`{ token: process.hrtime.bigint() + "", expirationTimestamp: ${expires} }`)),
      ),
    });
    const clock = createVirtualClock();
    const { authorization } = await loadConfig({ kubeconfig: join(files.folder, "config"), env: {}, clock });
    const [first, same] = await Promise.all([authorization(), authorization()]);
    await clock.advance(ms - 1);
    const stillFirst = await authorization();
    await clock.advance(1);
    const second = await authorization();
    expect([same, stillFirst, second === first]).toEqual([first, first, false]);
  });
});

describe("what is looked for", () => {
  const pod = { "sa/token": "of the pod", "sa/ca.crt": pem("ca") };
  const inPod = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "6443" };
  const mine = { "home/.kube/config": kubeconfig({ token: "mine" }), other: kubeconfig({ token: "of the other" }) };

  test.each<[string, Record<string, string>, Record<string, string>, { kubeconfig?: string; master?: string }, string]>(
    [
      ["a pod's service account", pod, inPod, {}, "https://10.0.0.1:6443 Bearer of the pod"],
      [
        "the same, at an IPv6 address",
        pod,
        { KUBERNETES_SERVICE_HOST: "fd00::1" },
        {},
        "https://[fd00::1]:443 Bearer of the pod",
      ],
      ["the same, with another server", pod, inPod, { master: "http://proxy/" }, "http://proxy Bearer of the pod"],
      [
        "the kubeconfig named, even in a pod",
        { ...pod, ...mine },
        inPod,
        { kubeconfig: "FOLDER/other" },
        "https://127.0.0.1:6443 Bearer of the other",
      ],
      ["that of KUBECONFIG", mine, { KUBECONFIG: "FOLDER/other:" }, {}, "https://127.0.0.1:6443 Bearer of the other"],
      ["that of the home folder", mine, {}, {}, "https://127.0.0.1:6443 Bearer mine"],
      ["the same, with another server", mine, {}, { master: "https://other" }, "https://other Bearer mine"],
      ["the server alone", {}, {}, { master: "http://127.0.0.1:8001" }, "http://127.0.0.1:8001 undefined"],
      [
        "nothing that is there",
        {},
        {},
        {},
        "FOLDER/home/.kube/config: Error: ENOENT: no such file or directory, open 'FOLDER/home/.kube/config': name a kubeconfig with --kubeconfig or KUBECONFIG",
      ],
      [
        "several files",
        mine,
        { KUBECONFIG: "a:b" },
        {},
        "KUBECONFIG names several files, which are not merged: name one with --kubeconfig",
      ],
      [
        "a pod's service account that is not mounted",
        mine,
        inPod,
        {},
        "the pod's service account cannot be read: FOLDER/sa/token: the token cannot be read: Error: ENOENT: no such file or directory, open 'FOLDER/sa/token': set automountServiceAccountToken, or name a kubeconfig with --kubeconfig",
      ],
      [
        "a server that is no URL",
        pod,
        inPod,
        { master: "proxy" },
        '--master: "proxy" is not a URL such as https://HOST:6443',
      ],
    ],
  )("%s", async (_, content, env, { kubeconfig: named = "", master = "" }, expected) => {
    await using files = await openFolder(content);
    const inside = (text: string): string => text.replace("FOLDER", files.folder);
    const found = loadConfig({
      kubeconfig: inside(named),
      master,
      env: {
        HOME: `${files.folder}/home`,
        ...env,
        ...(env["KUBECONFIG"] && { KUBECONFIG: inside(env["KUBECONFIG"]) }),
      },
      serviceAccount: `${files.folder}/sa`,
    });
    const shown = await found.then(
      async ({ server, authorization }) => `${server} ${String(await authorization())}`,
      (error: unknown) => files.hidden((error as Error).message),
    );
    expect(shown).toBe(expected);
  });
});
