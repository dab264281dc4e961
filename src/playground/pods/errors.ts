/** What a container was given cannot be made: a ConfigMap, a Secret or a key of theirs is missing. */
export class MissingConfig extends Error {
  override readonly name = "MissingConfig";
}

/** A container cannot be started now; the reason is one of those that the kubelet gives to containers that wait. */
export class NotStarted extends Error {
  override readonly name = "NotStarted";
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
