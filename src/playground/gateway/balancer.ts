/** Shares requests out among endpoints. */
export interface Balancer {
  /**
   * The address with the fewest requests under way, in turn where several have as few. It counts as busy until `done` is
   * called, once. Undefined when there is none to choose from.
   * @param group what the turns are counted by, such as the name of a Service
   */
  pick<T extends Address>(group: string, from: readonly T[]): Picked<T> | undefined;
}

/** Where something listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

interface Picked<T> {
  readonly address: T;
  done(): void;
}

export function createBalancer(): Balancer {
  const busy = new Map<string, number>();
  const turns = new Map<string, number>();
  const keyOf = ({ host, port }: Address) => `${host}:${port}`;

  return {
    pick: (group, from) => {
      const turn = turns.get(group) ?? 0;
      const inTurn = from.map((_, index) => from[(turn + index) % from.length]).filter((each) => each !== undefined);
      const load = (address: Address) => busy.get(keyOf(address)) ?? 0;
      const [first] = inTurn;
      if (first === undefined) return undefined;
      const address = inTurn.reduce((best, each) => (load(each) < load(best) ? each : best), first);
      turns.set(group, (from.indexOf(address) + 1) % from.length);
      const key = keyOf(address);
      busy.set(key, load(address) + 1);
      return {
        address,
        done: () => {
          const left = load(address) - 1;
          if (left > 0) busy.set(key, left);
          else busy.delete(key);
        },
      };
    },
  };
}
