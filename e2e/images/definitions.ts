import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hostProgram } from "../cluster/host.ts";
import { checkout } from "../cluster/layout.ts";
import { programPath } from "../cluster/programs.ts";
import type { ProgramName } from "../cluster/programs.ts";
import { run } from "../support/run.ts";
import { programWithLibraries, sameFile, tree } from "./files.ts";
import type { Entry } from "./tar.ts";

/** An image: what is in its layers, the lowest first, and how its container starts. */
export interface Image {
  /** Full reference, such as `ghcr.io/headgate/headgate:0.1.0`. */
  readonly name: string;
  readonly layers: readonly (readonly Entry[])[];
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  /** Numeric user and group. */
  readonly user: string;
  /** Besides PATH; each `NAME=value`. */
  readonly environment: readonly string[];
  readonly workingDirectory: string;
}

/** All images that the cluster has; the two of Headgate have the files and paths of the Dockerfile. */
export async function allImages(): Promise<Image[]> {
  const version = await packageVersion();
  const node = await nodeLayer();
  const app = await appLayer();
  const entrypoint = ["/usr/local/bin/node", "/app/src/main.ts"];
  const user = "10001:10001";
  const production = "NODE_ENV=production";
  return [
    {
      name: `ghcr.io/headgate/headgate:${version}`,
      layers: [node, app],
      entrypoint,
      user,
      command: ["operator"],
      environment: [production, "NODE_OPTIONS=--max-semi-space-size=1", "MALLOC_ARENA_MAX=1"],
      workingDirectory: "/app",
    },
    {
      name: `ghcr.io/headgate/loadtester:${version}`,
      layers: [node, await toolsLayer(), app],
      entrypoint: ["/usr/bin/tini", "--", ...entrypoint],
      user,
      command: ["loadtester"],
      environment: [production, "HOME=/home/app", "TMPDIR=/home/app"],
      workingDirectory: "/home/app",
    },
    ...(["6.0.0", "6.0.1", "6.0.2"] as const).map((tag) =>
      single(`ghcr.io/stefanprodan/podinfo:${tag}`, `podinfo-${tag}`, "/home/app/podinfo", "/home/app"),
    ),
    single("docker.io/prom/prometheus:v3.16.0", "prometheus", "/bin/prometheus"),
    single("registry.k8s.io/coredns/coredns:v1.15.0", "coredns", "/coredns"),
    single("registry.k8s.io/metrics-server/metrics-server:v0.9.0", "metrics-server", "/metrics-server"),
    single("registry.k8s.io/pause:3.6", "pause", "/pause"),
  ];
}

const temporary: Entry = { kind: "folder", path: "tmp", mode: 0o1777 };

/** An image of one static program. */
function single(name: string, program: ProgramName, path: string, workingDirectory = "/"): Image {
  const file: Entry = { kind: "copy", path: path.slice(1), from: programPath(program), mode: 0o755 };
  const layers = [[file, temporary]];
  return { name, layers, entrypoint: [path], user: "0:0", environment: [], workingDirectory };
}

async function packageVersion(): Promise<string> {
  const read = JSON.parse(await readFile(join(checkout, "package.json"), "utf8")) as { version: string };
  return read.version;
}

/** What a base image would give: Node with its libraries, accounts, certificates. */
async function nodeLayer(): Promise<Entry[]> {
  const text = (path: string, lines: readonly string[]): Entry => ({
    kind: "text",
    path,
    text: lines.map((line) => `${line}\n`).join(""),
    mode: 0o644,
  });
  return [
    temporary,
    text("etc/passwd", ["root:x:0:0:root:/root:/sbin/nologin", "headgate:x:10001:10001::/tmp:/sbin/nologin"]),
    text("etc/group", ["root:x:0:", "headgate:x:10001:"]),
    text("etc/nsswitch.conf", ["hosts: files dns"]),
    await sameFile("/etc/ssl/certs/ca-certificates.crt", 0o644),
    ...(await programWithLibraries(join(checkout, "node_modules/node/bin/node"), "usr/local/bin/node")),
  ];
}

/** The source as it runs and the packages that it needs at run time. */
async function appLayer(): Promise<Entry[]> {
  const source = await tree(
    join(checkout, "src"),
    "app/src",
    (file) => !/\.test\.ts$|(^|\/)testing\.ts$|(^|\/)test(data|ing)\//.test(file),
  );
  const packages = await Promise.all(
    (await productionPackages()).map((folder) => tree(join(checkout, folder), join("app", folder), isRunTimeFile)),
  );
  const manifest: Entry = { kind: "copy", path: "app/package.json", from: join(checkout, "package.json"), mode: 0o644 };
  return [manifest, ...source, ...packages.flat()];
}

/** Packages that the lock file does not mark as for development. Node is in the image already. */
async function productionPackages(): Promise<string[]> {
  const lock = JSON.parse(await readFile(join(checkout, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: true; devOptional?: true; optional?: true }>;
  };
  return Object.entries(lock.packages)
    .filter(([, { dev, devOptional, optional }]) => dev !== true && devOptional !== true && optional !== true)
    .map(([folder]) => folder)
    .filter((folder) => folder !== "" && !/\/node(-bin.*)?$/.test(folder));
}

/** Nested packages have lines of their own in the lock file; declarations and source maps are for development. */
function isRunTimeFile(file: string): boolean {
  return !/(^|\/)node_modules\/|\.d\.[cm]?ts$|\.map$|\.md$/.test(file);
}

/**
 * What commands of load-test webhooks call: real programs, and busybox for the small ones. The shell is not busybox's,
 * which would call its own wget whatever PATH says.
 */
async function toolsLayer(): Promise<Entry[]> {
  const shells = ["bash", "dash"].map((name) => programWithLibraries(hostProgram(name), `bin/${name}`));
  const programs = ["curl", "jq", "tini", "wget"].map((name) =>
    programWithLibraries(hostProgram(name), `usr/bin/${name}`),
  );
  const statics = (["hey", "kubectl", "helm"] as const).map((name): Entry => ({
    kind: "copy",
    path: `usr/local/bin/${name}`,
    from: programPath(name),
    mode: 0o755,
  }));
  const applets = (await run("busybox", ["--list"])).trim().split("\n");
  return [
    { kind: "folder", path: "home/app", mode: 0o777 },
    ...(await Promise.all([...shells, ...programs])).flat(),
    ...statics,
    { kind: "link", path: "bin/sh", target: "dash" },
    { kind: "copy", path: "bin/busybox", from: hostProgram("busybox"), mode: 0o755 },
    // of two entries with one path the first stays, so that no applet hides a shell
    ...applets
      .filter((applet) => applet !== "wget")
      .map((applet): Entry => ({ kind: "link", path: `bin/${applet}`, target: "busybox" })),
  ];
}
