/**
 * The text with every `$(NAME)` replaced by the variable of that name. One that is not known stays as it is written, and
 * `$$` stands for `$`, so that `$$(NAME)` comes out as `$(NAME)`.
 */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (written, name?: string) =>
    name === undefined ? "$" : (variables.get(name) ?? written),
  );
}
