import { basename } from "node:path";
import type { Container } from "kubernetes-types/core/v1.d.ts";
import type { Image } from "../images/images.ts";
import { expand } from "./variables.ts";

/** Which programs a container's command can name. */
export interface KnownPrograms {
  /** Programs of the playground, found whatever folder is written in front of them. */
  readonly own: ReadonlySet<string>;
  /** Whether this machine has the program: a path, or a name on the PATH. */
  exists(program: string): boolean;
}

/**
 * The command line of a container. A program that this machine does not have can only be the image's own: the image's
 * entrypoint takes its place.
 */
export function commandOf(
  { command, args }: Container,
  image: Image,
  variables: ReadonlyMap<string, string>,
  known: KnownPrograms,
): readonly string[] {
  const given = [...(command ?? image.entrypoint), ...(args ?? (command === undefined ? image.args : []))];
  const [program = "", ...rest] = given.map((word) => expand(word, variables));
  if (command === undefined) return [program, ...rest];
  const name = basename(program);
  if (known.own.has(name)) return [name, ...rest];
  return known.exists(program) ? [program, ...rest] : [...image.entrypoint, ...rest];
}
