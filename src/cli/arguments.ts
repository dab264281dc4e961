import type { Command } from "commander";

/**
 * What the program is asked for, in the way that its parser wants it. Flags of a role are read as Go reads them, with one
 * dash or two. Flags without a role are the operator's: a Deployment that was written for Flagger's image starts it.
 */
export function readArguments(roles: readonly Command[], args: readonly string[]): readonly string[] {
  const [first = "", ...rest] = args;
  const role = roles.find((command) => command.name() === first);
  if (role !== undefined) return [first, ...goFlags(role, rest)];
  const [operator] = roles;
  const isOwn = ["-h", "--help", "-V", "--version"].includes(first);
  return operator === undefined || isOwn || !first.startsWith("-")
    ? args
    : [operator.name(), ...goFlags(operator, args)];
}

/** `-flag` becomes `--flag`. An unknown flag loses its value, which would hide from the parser which one was meant. */
function goFlags({ options }: Command, args: readonly string[]): string[] {
  return args.map((arg) => {
    const [, name = "", value = ""] = /^--?([a-z][\w-]*)(=.*)?$/s.exec(arg) ?? [];
    if (options.some(({ long }) => long === `--${name}`)) return `--${name}${value}`;
    return name.length > 1 ? `--${name}` : arg;
  });
}
