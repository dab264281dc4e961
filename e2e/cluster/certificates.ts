import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../support/run.ts";
import { network, stateDirectory } from "./layout.ts";

/** Path of a certificate or key of the cluster, such as `ca.crt`. */
export function pki(file: string): string {
  return join(stateDirectory.pki, file);
}

interface Leaf {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly alternativeNames?: string;
}

const { nodeName, nodeAddress, apiService } = network;

const apiServerNames = [
  "DNS:localhost",
  "DNS:kubernetes",
  "DNS:kubernetes.default",
  "DNS:kubernetes.default.svc",
  "DNS:kubernetes.default.svc.cluster.local",
  "IP:127.0.0.1",
  `IP:${apiService}`,
  `IP:${nodeAddress}`,
].join(",");

const leaves: readonly Leaf[] = [
  { name: "apiserver", issuer: "ca", subject: "/CN=kube-apiserver", alternativeNames: apiServerNames },
  { name: "admin", issuer: "ca", subject: "/O=system:masters/CN=admin" },
  {
    name: "kubelet",
    issuer: "ca",
    subject: `/O=system:nodes/CN=system:node:${nodeName}`,
    alternativeNames: `DNS:${nodeName},IP:127.0.0.1,IP:${nodeAddress}`,
  },
  // a CA of its own: who it signs may speak for anybody to extension API servers
  { name: "front-proxy", issuer: "front-proxy-ca", subject: "/CN=front-proxy-client" },
];

/** Makes all certificates and the keys of service accounts, once per cluster. */
export async function createCertificates(): Promise<void> {
  if (existsSync(stateDirectory.pki)) return;
  const unfinished = `${stateDirectory.pki}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  for (const name of ["ca", "front-proxy-ca"]) {
    const usage = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"];
    await issue(unfinished, name, `/CN=${name}`, usage);
  }
  for (const { name, issuer, subject, alternativeNames } of leaves) {
    const names = alternativeNames === undefined ? [] : ["-addext", `subjectAltName=${alternativeNames}`];
    await issue(unfinished, name, subject, [
      ...["-CA", `${issuer}.crt`, "-CAkey", `${issuer}.key`, ...names],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-addext", "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=serverAuth,clientAuth"],
    ]);
  }
  const options = { cwd: unfinished };
  await run("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sa.key"], options);
  const publicKey = await run("openssl", ["ec", "-in", "sa.key", "-pubout"], options);
  await writeFile(join(unfinished, "sa.pub"), publicKey);
  await rename(unfinished, stateDirectory.pki);
}

async function issue(folder: string, name: string, subject: string, extensions: readonly string[]): Promise<void> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${name}.key`];
  const certificate = ["-subj", subject, "-days", "3650", "-out", `${name}.crt`];
  await run("openssl", ["req", "-x509", "-config", "/dev/null", ...key, ...certificate, ...extensions], {
    cwd: folder,
  });
}
