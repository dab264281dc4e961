import type { Container } from "kubernetes-types/core/v1.d.ts";
import { expect, test } from "vitest";
import { commandOf } from "./command.ts";

const image = { entrypoint: ["server", "--fast"], args: ["--default"], builtin: true };
const known = {
  own: new Set(["podinfo", "node"]),
  exists: (program: string): boolean => ["sh", "/bin/sh"].includes(program),
};

test.each<[string, Omit<Container, "name">, readonly string[]]>([
  ["the image's", {}, ["server", "--fast", "--default"]],
  ["arguments", { args: ["-x", "$(NAME)"] }, ["server", "--fast", "-x", "app"]],
  [
    "a command of the machine",
    { command: ["/bin/sh"], args: ["-c", "echo $(NAME) $$(NAME)"] },
    ["/bin/sh", "-c", "echo app $(NAME)"],
  ],
  ["a program of the playground", { command: ["./podinfo", "--port=80"] }, ["podinfo", "--port=80"]],
  ["one in another folder", { command: ["/usr/local/bin/node"], args: ["x.js"] }, ["node", "x.js"]],
  ["the image's own", { command: ["/app/bin/serve", "-a"], args: ["-b"] }, ["server", "--fast", "-a", "-b"]],
])("%s", (_, container, command) => {
  expect(commandOf({ name: "app", ...container }, image, new Map([["NAME", "app"]]), known)).toEqual(command);
});
