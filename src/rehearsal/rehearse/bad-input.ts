/** What was given cannot be rehearsed. The message names the file, the field and the fix. */
export class BadInput extends Error {
  override readonly name = "BadInput";
}
