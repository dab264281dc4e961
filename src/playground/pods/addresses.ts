import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";

/** Where a port of a pod really is. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The addresses of pods, each 127.N.x.y with one N for the whole playground. */
export interface Addresses extends AsyncDisposable {
  /** Whether processes can listen on these addresses: so on Linux, where all of 127.0.0.0/8 is the machine's own. */
  readonly real: boolean;
  /** An address that no pod has, nor had lately. */
  allocate(): string;
  release(address: string): void;
}

/** Held on 127.N.0.1 while a playground uses N. */
const lockPort = 49_151;

/** Networks that playgrounds on one machine choose from; the first ones are in use by others now and then. */
const networks = { from: 16, to: 200 };

/**
 * Takes a network that no other playground uses. Where only 127.0.0.1 exists, as on macOS, the addresses are names
 * alone: see `Endpoint`.
 */
export async function claimAddresses(): Promise<Addresses> {
  for (let network = networks.from; network <= networks.to; network++) {
    const lock = await tryToListen(`127.${network}.0.1`, lockPort);
    if (typeof lock !== "string") return addressesOf(network, lock);
    if (lock === "EADDRNOTAVAIL") break;
  }
  return addressesOf(networks.from, undefined);
}

/** Without a lock, the addresses are names alone. */
export function addressesOf(network: number, lock: Server | undefined): Addresses {
  const taken = new Set<string>();
  const most = 254 * 254;
  let last = 0;
  const next = (): string => {
    last = (last + 1) % most;
    return `127.${network}.${1 + Math.floor(last / 254)}.${1 + (last % 254)}`;
  };
  return {
    real: lock !== undefined,
    allocate: () => {
      let address = next();
      while (taken.has(address)) address = next();
      taken.add(address);
      return address;
    },
    release: (address) => {
      taken.delete(address);
    },
    [Symbol.asyncDispose]: async () => {
      if (lock !== undefined) await close(lock);
    },
  };
}

/** Free ports of 127.0.0.1, one for each of these. */
export async function freePorts(ports: Iterable<number>): Promise<ReadonlyMap<number, number>> {
  const servers: Server[] = [];
  const found = new Map<number, number>();
  try {
    for (const port of new Set(ports)) {
      const server = await tryToListen("127.0.0.1", 0);
      if (typeof server === "string") throw new Error(`no free port: ${server}`);
      servers.push(server);
      found.set(port, (server.address() as AddressInfo).port);
    }
    return found;
  } finally {
    await Promise.all(servers.map(close));
  }
}

/** The server, or the code of the error. */
function tryToListen(host: string, port: number): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ host, port, exclusive: true }, () => {
      resolve(server.unref());
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
