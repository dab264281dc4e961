import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Container, Pod } from "kubernetes-types/core/v1.d.ts";
import type { Stored } from "../../kubernetes/resources.ts";
import type { Image, Images } from "../images/images.ts";
import { commandOf } from "./command.ts";
import type { Configs } from "./configs.ts";
import { environmentOf } from "./environment.ts";
import { MissingConfig, NotStarted } from "./errors.ts";
import type { PodHome } from "./home.ts";
import type { Program } from "./process.ts";
import type { Programs } from "./programs.ts";
import { proxyVariables } from "./proxy.ts";
import { rewriteVariable, rewriteWords } from "./rewrite.ts";
import type { Rewriting } from "./rewrite.ts";
import { mountVolumes } from "./volumes.ts";

export interface Machine {
  readonly images: Images;
  readonly configs: Configs;
  readonly programs: Programs;
  /** Whether pods have addresses that processes can listen on. */
  readonly realAddresses: boolean;
  /** Where programs of the user's own images run. */
  readonly folder: string;
  /** URL of the proxy that knows Services by their names. */
  readonly proxy: string | undefined;
  /** Variables that every container has. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * The process that a container becomes. It runs in a folder of its own, which stands for the root of its file system, or
 * in the user's, for an image of the user's. Its mounts are below its own folder; what it is told of them and of ports is
 * rewritten (rewrite.ts). All its variables but PATH come from here: none of the machine's is passed on.
 * @throws NotStarted
 */
export async function programOf(
  pod: Stored<Pod>,
  container: Container,
  home: PodHome,
  machine: Machine,
): Promise<Program> {
  const image = imageOf(container, machine.images);
  const root = join(home.folder, container.name);
  const volumes = await home.volumes();
  await mkdir(root, { recursive: true });
  const mounts = await mountVolumes(container, root, volumes);
  await mkdir(join(root, "tmp"), { recursive: true });
  const hasAddress = machine.realAddresses && image.builtin;
  const rewriting = { mounts, ports: hasAddress ? new Map<number, number>() : await home.portsOf(container) };
  const address = hasAddress ? (pod.status?.podIP ?? "") : "127.0.0.1";
  const base = new Map([
    ...proxyVariables(machine.proxy, pod.metadata.namespace ?? ""),
    ...machine.variables,
    ...ownVariables(pod, container),
    ...variablesOfPlace(root, machine.programs, image),
    ...variablesOfPorts(address, rewriting.ports),
  ]);
  const environment = await variablesOf(pod, container, machine.configs, base, rewriting);
  const command = commandOf(container, image, environment, machine.programs);
  const { workingDir = "" } = container;
  const mounted = rewriteVariable("", workingDir, rewriting);
  const folder = mounted !== workingDir ? mounted : image.builtin ? root : machine.folder;
  return { command: rewriteWords(command, rewriting), environment, folder };
}

function imageOf({ image: name = "" }: Container, images: Images): Image {
  const image = images(name);
  if (image !== undefined) return image;
  const repository = name.replace(/@.*$|:[\w.-]+$/, "");
  const way = `say which command stands for it, with --image ${repository}=COMMAND`;
  throw new NotStarted(
    "ErrImagePull",
    `Failed to pull image "${name}": the playground has no images but its own; ${way}`,
  );
}

type Variables = readonly (readonly [name: string, value: string])[];

function ownVariables({ metadata, spec }: Stored<Pod>, { image = "" }: Container): Variables {
  return [
    ["HOSTNAME", spec?.hostname ?? metadata.name],
    ["HEADGATE_IMAGE", image],
  ];
}

function variablesOfPlace(root: string, programs: Programs, image: Image): Variables {
  const listen = `--import=${import.meta.resolve("./listen.ts")}`;
  return [
    ["PATH", programs.path],
    ["HOME", root],
    ["TMPDIR", join(root, "tmp")],
    ...(image.builtin ? smallAndFast(listen) : ([["NODE_OPTIONS", listen]] as const)),
  ];
}

/** Half the time to start and a fifth less memory: compiled files are kept where Node keeps them by itself. */
function smallAndFast(listen: string): Variables {
  return [
    ["NODE_OPTIONS", `${listen} --max-semi-space-size=1`],
    ["NODE_COMPILE_CACHE", join(tmpdir(), "node-compile-cache")],
  ];
}

/** For listen.ts, and PORT for programs that listen where it says. */
function variablesOfPorts(address: string, ports: ReadonlyMap<number, number>): Variables {
  const [first] = ports.values();
  return [
    ["HEADGATE_ADDRESS", address],
    ["HEADGATE_PORTS", Array.from(ports, ([port, free]) => `${port}=${free}`).join(",")],
    ...(first === undefined ? [] : ([["PORT", String(first)]] as const)),
  ];
}

/** Of the base and what the container's spec adds to it; only the latter is rewritten. */
async function variablesOf(
  pod: Stored<Pod>,
  container: Container,
  configs: Configs,
  base: ReadonlyMap<string, string>,
  rewriting: Rewriting,
): Promise<ReadonlyMap<string, string>> {
  try {
    const all = await environmentOf(pod, container, configs, base);
    const pairs = Array.from(all, ([name, value]) => {
      const own = base.get(name);
      if (own === value) return [name, value] as const;
      return name === "NODE_OPTIONS" && own !== undefined
        ? ([name, `${own} ${value}`] as const)
        : ([name, rewriteVariable(name, value, rewriting)] as const);
    });
    return new Map(pairs);
  } catch (error) {
    if (!(error instanceof MissingConfig)) throw error;
    throw new NotStarted("CreateContainerConfigError", error.message, { cause: error });
  }
}
