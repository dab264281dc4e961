/** A patch that cannot be applied, in the words of the API server. */
export class InvalidPatch extends Error {
  override readonly name = "InvalidPatch";
  /**
   * The HTTP status: 400 for a patch that is not well formed, 422 for one that does not fit the object, 500 where the
   * API server, too, fails without a reason of its own.
   */
  readonly code: 400 | 422 | 500;

  constructor(code: 400 | 422 | 500, message: string) {
    super(message);
    this.code = code;
  }
}
