/**
 * A process shares the machine's files and ports, where a container has its own. What a container is told of its mounts
 * and ports is therefore rewritten in its command line and its environment, as far as it can be recognised; a program
 * that has a path or a port built in is not reached by this.
 */
export interface Rewriting {
  /** Where each mount path really is. */
  readonly mounts: ReadonlyMap<string, string>;
  /** The free port that stands for each of the pod's ports; empty when the pod has an address of its own. */
  readonly ports: ReadonlyMap<number, number>;
}

/** Names of flags and variables whose value may be a port. */
const portName = /port|addr|listen|bind|^-p$/i;

/** A port, alone or after the address to listen on. */
const portValue = /^((?:\[::\]|0\.0\.0\.0|127\.0\.0\.1|localhost|\*)?:)?(\d+)$/;

/** The words of a command line: `--port=9898`, `--port 9898`, `:9898`, `--file=/data/x`, `cat /data/x`. */
export function rewriteWords(words: readonly string[], { mounts, ports }: Rewriting): readonly string[] {
  return words.map((word, at) => {
    const [, flag = "", value = word] = /^(--?[\w.-]+=)(.*)$/s.exec(word) ?? [];
    const name = flag === "" ? (words[at - 1] ?? "") : flag;
    return flag + rewritePath(rewritePort(name, value, ports), mounts);
  });
}

/** The value of a variable: `PORT=9898`, `LISTEN_ADDRESS=:9898`, `CONFIG=/data/x`. */
export function rewriteVariable(name: string, value: string, { mounts, ports }: Rewriting): string {
  return rewritePath(rewritePort(name, value, ports), mounts);
}

function rewritePort(name: string, value: string, ports: ReadonlyMap<number, number>): string {
  const [, address = "", port] = portValue.exec(value) ?? [];
  const free = ports.get(Number(port));
  return free !== undefined && (address !== "" || portName.test(name)) ? `${address}${free}` : value;
}

/** Every path that is a mount path or below one, where a path can begin. Of nested mounts the inner one counts. */
function rewritePath(text: string, mounts: ReadonlyMap<string, string>): string {
  const paths = [...mounts.keys()].filter((path) => path !== "/").sort((a, b) => b.length - a.length);
  if (paths.length === 0) return text;
  const anyPath = paths.map((path) => path.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
  const found = new RegExp(`(?<=^|[\\s=:,;'"<>(])(?:${anyPath})(?=$|[\\s/:,;'"<>)])`, "g");
  return text.replace(found, (path) => mounts.get(path) ?? path);
}
