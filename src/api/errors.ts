/** A resource that the user wrote cannot be acted on. The message names the field and the fix. */
export class InvalidSpec extends Error {
  override readonly name = "InvalidSpec";
}

/** The same, of a Canary that has nothing to give back when it is deleted: it has not released anything, or what it released is gone. */
export class NothingToRelease extends InvalidSpec {}
