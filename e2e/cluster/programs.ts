import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { attempt, run } from "../support/run.ts";
import { e2eDirectory, programCache, stateDirectory } from "./layout.ts";
import { step } from "./progress.ts";

/** A Go program of a `tool` line in `go/<module>/go.mod`. */
interface Program {
  readonly module: string;
  readonly package: string;
  readonly tags?: string;
  /** Go variables set at link time, which the projects' own releases set too. */
  readonly variables?: Readonly<Record<string, string>>;
}

const kubernetes = (name: string): Program => ({
  module: "kubernetes",
  package: `k8s.io/kubernetes/cmd/${name}`,
  variables: {
    "k8s.io/component-base/version.gitVersion": "v1.35.4",
    "k8s.io/component-base/version.gitMajor": "1",
    "k8s.io/component-base/version.gitMinor": "35",
  },
});

const podinfo = (version: string): Program => ({
  module: "podinfo",
  package: "github.com/stefanprodan/podinfo/cmd/podinfo",
  variables: { "github.com/stefanprodan/podinfo/pkg/version.VERSION": version },
});

const programs = {
  etcd: { module: "etcd", package: "go.etcd.io/etcd/server/v3" },
  "kube-apiserver": kubernetes("kube-apiserver"),
  "kube-controller-manager": kubernetes("kube-controller-manager"),
  "kube-scheduler": kubernetes("kube-scheduler"),
  kubelet: kubernetes("kubelet"),
  "kube-proxy": kubernetes("kube-proxy"),
  kubectl: kubernetes("kubectl"),
  pause: { module: "pause", package: "." },
  coredns: { module: "coredns", package: "github.com/coredns/coredns" },
  "metrics-server": { module: "metrics-server", package: "sigs.k8s.io/metrics-server/cmd/metrics-server" },
  prometheus: {
    module: "prometheus",
    package: "github.com/prometheus/prometheus/cmd/prometheus",
    // leaves the SDKs of all clouds out
    tags: "netgo,remove_all_sd,enable_kubernetes_sd",
    variables: { "github.com/prometheus/common/version.Version": "3.16.0" },
  },
  helm: {
    module: "helm",
    package: "helm.sh/helm/v3/cmd/helm",
    variables: {
      "helm.sh/helm/v3/internal/version.version": "v3.22.0",
      // what `helm template` takes for the cluster's version
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": "35",
    },
  },
  hey: { module: "hey", package: "github.com/rakyll/hey" },
  "podinfo-6.0.0": podinfo("6.0.0"),
  "podinfo-6.0.1": podinfo("6.0.1"),
  "podinfo-6.0.2": podinfo("6.0.2"),
} as const satisfies Record<string, Program>;

/** A program that this harness builds. */
export type ProgramName = keyof typeof programs;

/** Everything that `buildPrograms` can build, in the order in which it builds. */
export const allPrograms = Object.keys(programs) as ProgramName[];

/** Where the harness finds a program once it is built. */
export function programPath(name: ProgramName): string {
  return join(stateDirectory.bin, name);
}

/**
 * Builds what the cache does not have, one after the other, and links all of it into the checkout's bin folder.
 * The modules come through the Go module proxy and are checked against the committed go.sum files.
 * @throws CommandFailed when Go is missing or too old, or the module proxy does not answer.
 */
export async function buildPrograms(names: readonly ProgramName[]): Promise<void> {
  await mkdir(programCache, { recursive: true });
  await mkdir(stateDirectory.bin, { recursive: true });
  for (const name of names) {
    const cached = join(programCache, `${name}-${await fingerprint(programs[name])}`);
    if (!existsSync(cached)) await step(`build ${name}`, () => build(programs[name], cached));
    const link = `${programPath(name)}.new`;
    await rm(link, { force: true });
    await symlink(cached, link);
    await rename(link, programPath(name));
  }
}

/** Of what the build reads: the module's files and how it is built. */
async function fingerprint(program: Program): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([program, process.arch]));
  const folder = join(e2eDirectory, "go", program.module);
  for (const file of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, file)));
  return hash.digest("hex").slice(0, 16);
}

async function build(program: Program, cached: string): Promise<void> {
  const cwd = join(e2eDirectory, "go", program.module);
  const version = await attempt("go", ["version"], { cwd });
  if (version.code !== 0) throw new Error(`the programs of the cluster need a newer Go: ${version.stderr.trim()}`);
  const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const unfinished = `${cached}.${process.pid}`;
  const flags = ["-trimpath", "-buildvcs=false", "-mod=readonly", `-tags=${program.tags ?? ""}`];
  const linker = ["-s", "-w", ...variables].join(" ");
  await run("nice", ["-n", "5", "go", "build", ...flags, `-ldflags=${linker}`, "-o", unfinished, program.package], {
    cwd,
    env: { CGO_ENABLED: "0", GOFLAGS: "" },
    timeoutMs: 60 * 60_000,
  });
  await rename(unfinished, cached);
}
