import type { Option } from "commander";

/** A flag's line of help: what it does, and its default if that is anything. */
export function describeFlag({ description, defaultValue, defaultValueDescription }: Option): string {
  const value = defaultValueDescription ?? String(defaultValue ?? "");
  return value === "" ? description : `${description} (default: ${value})`;
}

/** How a role's help ends. */
export const goNote = "\nFlags take one dash or two, and their value after = or a space: -port=8080, --port 8080.";
