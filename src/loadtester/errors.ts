/** What the caller sent is not a task. The message says what is wrong with it. */
export class InvalidTask extends Error {
  override readonly name = "InvalidTask";
}

/** The load tester does not serve Canaries of this namespace. */
export class ForbiddenNamespace extends Error {
  override readonly name = "ForbiddenNamespace";
}

/** The task was tried and failed, was cut off by the timeout, or by the end of the load tester. */
export class TaskFailed extends Error {
  override readonly name = "TaskFailed";
}
