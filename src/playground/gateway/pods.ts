import { Agent } from "node:http";
import type { Clock } from "../../clock.ts";
import { createBalancer } from "./balancer.ts";
import type { Address } from "./balancer.ts";
import type { Upstream } from "./decide.ts";
import type { Observed } from "./metrics.ts";
import { outcomeOf, send } from "./send.ts";
import type { Outgoing, Sent } from "./send.ts";
import type { Endpoint } from "./services.ts";

/** Where an endpoint listens on this machine, and whose it is. */
export interface Reached extends Address {
  /** Name of the Deployment or the like that its pod belongs to. */
  readonly workload: string;
}

export interface PodsOptions {
  readonly clock: Clock;
  /**
   * Where an endpoint is; undefined when it cannot be reached. Asked for every request. What is not in 127.0.0.0/8 gets
   * none: nothing leaves the machine.
   */
  readonly reach: (endpoint: Endpoint) => Reached | undefined;
  /** Told of every request that was sent to a pod, when it is over. */
  readonly observe: (request: Observed) => void;
}

/** The pods behind Services, and connections to them. */
export interface Pods {
  /** An address of the Service, counted as busy until `done` is called; undefined when none is ready. */
  pick(to: Upstream): { readonly address: Address; done(): void } | undefined;
  /**
   * Sends a request to one of the pods, preferably none of `tried`, to which its address is added. `finish` is given the
   * result; when it resolves the exchange is over and is counted.
   */
  send(
    to: Upstream,
    outgoing: Omit<Outgoing, "to" | "agent">,
    tried: Set<string>,
    finish: (sent: Sent) => Promise<void>,
  ): Promise<void>;
  /** Closes all connections. */
  close(): void;
}

export function createPods({ clock, reach, observe }: PodsOptions): Pods {
  const agent = new Agent({ keepAlive: true });
  const balancer = createBalancer();

  function pick({ service, port, endpoints }: Upstream, tried: ReadonlySet<string>) {
    const reached = endpoints.flatMap((endpoint) => {
      const found = reach(endpoint);
      return found?.host.startsWith("127.") !== true
        ? []
        : [{ ...found, namespace: endpoint.namespace, key: `${found.host}:${found.port}` }];
    });
    const fresh = reached.filter(({ key }) => !tried.has(key));
    return balancer.pick(`${service}:${port}`, fresh.length > 0 ? fresh : reached);
  }

  return {
    pick: (to) => pick(to, new Set()),
    send: async (to, outgoing, tried, finish) => {
      const picked = pick(to, tried);
      if (picked === undefined) {
        const why = `no endpoint of service ${to.service}:${to.port} is ready`;
        await finish({ kind: "failed", outcome: { status: 503, cause: "connect" }, why });
        return;
      }
      const { host, port, key, namespace, workload } = picked.address;
      tried.add(key);
      const startedAt = clock.now();
      const sent = await send({ ...outgoing, agent, to: { host, port } });
      try {
        await finish(sent);
      } finally {
        picked.done();
        const { status } = outcomeOf(sent);
        observe({ namespace, workload, service: to.service, status, ms: clock.now() - startedAt });
      }
    },
    close: () => {
      agent.destroy();
    },
  };
}
