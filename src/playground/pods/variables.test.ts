import { expect, test } from "vitest";
import { expand } from "./variables.ts";

const variables = new Map([
  ["NAME", "podinfo"],
  ["EMPTY", ""],
  ["NESTED", "$(NAME)"],
]);

test.each([
  ["no reference", "no reference"],
  ["$(NAME)-$(NAME).test", "podinfo-podinfo.test"],
  ["[$(EMPTY)]", "[]"],
  ["$(NESTED)", "$(NAME)"],
  ["$(UNKNOWN) stays", "$(UNKNOWN) stays"],
  ["$$(NAME)", "$(NAME)"],
  ["$$$(NAME)", "$podinfo"],
  ["$NAME, ${NAME}, $(NAME, 5$", "$NAME, ${NAME}, $(NAME, 5$"],
])("%s", (text, expanded) => {
  expect(expand(text, variables)).toBe(expanded);
});
