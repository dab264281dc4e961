/** A metrics store that answers one number to one query. */
export interface MetricProvider {
  /**
   * @throws NoValues when the answer is empty or not a number
   * @throws ManyValues when the answer has more than one value and no one of them can be picked
   * @throws QueryFailed when the store answers with a failure, or with something that is not an answer
   * @throws Unreachable when the store does not answer
   */
  query(query: string): Promise<number>;
  /** Resolves when the store answers a trivial query; rejects with the reason otherwise. */
  probe(): Promise<void>;
}

/** The query was understood and there is nothing to say. */
export class NoValues extends Error {
  override readonly name = "NoValues";
}

/** The query gave several values where one is needed. */
export class ManyValues extends Error {
  override readonly name = "ManyValues";
}

/** The store answered with a failure, or with something that is not an answer. */
export class QueryFailed extends Error {
  override readonly name = "QueryFailed";
}
