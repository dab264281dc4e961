import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { programPath } from "../cluster/programs.ts";
import { eventually } from "./eventually.ts";

/** A version of an object, and when kubectl told of it. */
export interface Sighting<T> {
  readonly at: Date;
  readonly object: T;
}

export interface Followed<T> {
  /** Every version so far, the oldest first. */
  readonly history: readonly Sighting<T>[];
  /**
   * Waits until a version since `from` is like this, and gives the first.
   * @throws Error naming what was waited for and the last version
   */
  first(what: string, from: Date, like: (object: T) => boolean, timeoutMs: number): Promise<Sighting<T>>;
  /** Ends the watch. */
  stop(): void;
}

/** Follows one object with `kubectl get --watch`: none of its versions is missed between two looks. */
export function follow<T>(
  kubeconfig: string,
  args: readonly string[],
  onChange: (object: T, before: T | undefined) => void = () => undefined,
): Followed<T> {
  const history: Sighting<T>[] = [];
  const watch = ["get", ...args, "--watch", "--output-watch-events", "--output=json"];
  const child = spawn(programPath("kubectl"), ["--kubeconfig", kubeconfig, ...watch], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { object } = JSON.parse(line) as { readonly object: T };
    const before = history.at(-1)?.object;
    history.push({ at: new Date(), object });
    onChange(object, before);
  });
  return {
    history,
    first: (what, from, like, timeoutMs) =>
      eventually(
        what,
        () => {
          const found = history.find(({ at, object }) => at >= from && like(object));
          if (found === undefined && child.exitCode !== null) throw new Error("the watch has ended");
          return Promise.resolve(found);
        },
        { timeoutMs, everyMs: 50 },
      ),
    stop: () => {
      child.kill();
    },
  };
}
