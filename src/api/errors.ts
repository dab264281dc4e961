/** A resource that the user wrote cannot be acted on. The message names the field and the fix. */
export class InvalidSpec extends Error {
  override readonly name = "InvalidSpec";
}
