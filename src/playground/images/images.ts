import { fileURLToPath } from "node:url";

/** What stands for an image: a command of this machine. */
export interface Image {
  /** In the place of the image's entrypoint, and of a program that the pod names and this machine does not have. */
  readonly entrypoint: readonly string[];
  /** For pods that give neither a command nor arguments. */
  readonly args: readonly string[];
  /**
   * Whether its servers listen on the pod's address, as all that run on this Node do. Others listen on a free port that
   * stands for the pod's.
   */
  readonly builtin: boolean;
}

/** The image of that name; undefined when none is known. */
export type Images = (name: string) => Image | undefined;

/** Programs on the PATH of all pods, each with the file that Node runs for it. */
export const programs: Readonly<Record<string, string>> = {
  podinfo: fileURLToPath(import.meta.resolve("./podinfo.ts")),
  podcli: fileURLToPath(import.meta.resolve("./podcli.ts")),
  hey: fileURLToPath(import.meta.resolve("./hey.ts")),
  headgate: fileURLToPath(import.meta.resolve("../../main.ts")),
};

/** Images that need not be named, by their repositories. */
const builtin: Readonly<Record<string, readonly [entrypoint: readonly string[], ...args: readonly string[]]>> = {
  "ghcr.io/stefanprodan/podinfo": [["podinfo"]],
  "stefanprodan/podinfo": [["podinfo"]],
  "ghcr.io/headgate/headgate": [["headgate"], "operator"],
  "ghcr.io/headgate/loadtester": [["headgate"], "loadtester"],
  "ghcr.io/fluxcd/flagger-loadtester": [["headgate", "loadtester"]],
};

/**
 * The images that are built in, and those of the user: `repository=command` or `repository:tag=command`, where the shell
 * reads the command and the pod's arguments are added to it.
 * @throws Error for one that is not written so
 */
export function createImages(given: readonly string[]): Images {
  const own = new Map(given.map(readImage));
  return (name) => {
    const { repository, tag } = readName(name);
    const command = own.get(`${repository}:${tag}`) ?? own.get(repository);
    if (command !== undefined) {
      return { entrypoint: ["sh", "-c", `exec ${command} "$@"`, repository], args: [], builtin: false };
    }
    const [entrypoint, ...args] = builtin[repository] ?? [];
    return entrypoint === undefined ? undefined : { entrypoint, args, builtin: true };
  };
}

function readImage(given: string): [name: string, command: string] {
  const [, name, command] = /^([^=]+)=(.*\S.*)$/s.exec(given) ?? [];
  if (name === undefined || command === undefined) {
    throw new Error(`image "${given}": write repository=command, such as my/app="node server.js"`);
  }
  return [shortName(name), command];
}

/** Of `ghcr.io/stefanprodan/podinfo:6.0.1@sha256:...` the repository and the tag, which is `latest` if there is none. */
export function readName(name: string): { readonly repository: string; readonly tag: string } {
  const [, repository = "", tag = "latest"] = /^(.+?)(?::([\w.-]+))?$/.exec(shortName(name.replace(/@.*$/, ""))) ?? [];
  return { repository, tag };
}

/** Without what a name of Docker Hub may leave out. */
function shortName(name: string): string {
  return name.replace(/^(?:docker\.io|index\.docker\.io)\//, "").replace(/^library\//, "");
}
