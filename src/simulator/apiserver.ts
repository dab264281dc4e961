import type { Clock } from "../clock.ts";
import { Unreachable } from "../http.ts";
import type { ApiRequest, Transport } from "../kubernetes/transport.ts";
import type { ControllerClient } from "./controllers/controller-client.ts";
import { createDirectClient } from "./direct-client.ts";
import type { Backend } from "./rest/backend.ts";
import { createCustomResources } from "./rest/custom-definitions.ts";
import { dispatch } from "./rest/dispatch.ts";
import { createIdentitySource } from "./rest/identity.ts";
import type { PodLogs } from "./rest/log.ts";
import { answer } from "./rest/output.ts";
import { createServiceAddresses } from "./rest/service-addresses.ts";
import { builtinResources } from "./schema/builtin.ts";
import { createStore } from "./store.ts";
import type { Change, Store } from "./store.ts";

/** What goes wrong with a request. `served`: it was carried out, and only its answer is lost. */
export type Fault =
  { readonly kind: "answer"; readonly status: number } | { readonly kind: "hang" | "cut"; readonly served: boolean };

/**
 * A Kubernetes API server in this process. It keeps everything in memory, knows no users, and runs nothing: what
 * controllers and nodes do is done by others, through it.
 */
export interface ApiServer {
  /** The connection of a client. */
  readonly transport: Transport;
  /** A connection of its own. `fault` is asked about each request on it. */
  connect(fault: (request: ApiRequest) => Fault | undefined): Transport;
  /**
   * A client without a wire, which names itself so to the managed fields of what it writes. What a trusted one writes is
   * not validated.
   */
  direct(manager: string, trusted?: boolean): ControllerClient;
  /** Calls back after each change of an object, whoever made it, until the returned function is called. */
  onWrite(listener: (change: Change) => void): () => void;
  /** Another server that begins with the objects of this one, on a clock of its own. */
  fork(options: ApiServerOptions): ApiServer;
  /** Forgets the changes so far: watches and lists of older versions are answered with 410. */
  compact(): void;
}

export interface ApiServerOptions {
  readonly clock: Clock;
  /** The same seed gives the same uids and generated names. */
  readonly seed?: string;
  /** Where the logs of pods come from; they are empty when left out. */
  readonly logs?: PodLogs;
  /** Whether to note who wrote which field: true unless told. It is a sixth of the work, and only applies go by it. */
  readonly managedFields?: boolean;
}

const firstNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

export function createApiServer(options: ApiServerOptions): ApiServer {
  const store = createStore();
  const server = serve(store, options);
  for (const name of firstNamespaces) createNamespace(server.transport, name);
  // What came before is as old as what a real server has forgotten.
  store.compact();
  return server;
}

function serve(store: Store, { clock, seed = "", logs = noLogs, managedFields = true }: ApiServerOptions): ApiServer {
  const customResources = createCustomResources(store);
  const backend: Backend = {
    clock,
    store,
    identities: createIdentitySource(seed),
    addresses: createServiceAddresses(store),
    resources: () => [...builtinResources, ...customResources()],
    logs,
    managedFields,
  };
  return {
    transport: async (request) => dispatch(backend, request),
    connect: (fault) => async (request) => spoil(backend, request, fault(request)),
    direct: (manager, trusted = false) => createDirectClient(backend, manager, trusted),
    onWrite: (listener) => store.onChange(listener),
    // a seed of its own, so that no uid comes twice
    fork: (options) =>
      serve(createStore(undefined, store), { ...options, seed: `${options.seed ?? ""}@${store.version}` }),
    compact: () => {
      store.compact();
    },
  };
}

function spoil(backend: Backend, request: ApiRequest, fault: Fault | undefined): ReturnType<Transport> {
  if (fault === undefined) return Promise.resolve(dispatch(backend, request));
  if (fault.kind === "answer") {
    const { status } = fault;
    const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "fault", code: status };
    return Promise.resolve(answer(status, body));
  }
  if (fault.served) dispatch(backend, request);
  if (fault.kind === "cut") return Promise.reject(new Unreachable("the connection was cut"));
  return new Promise((_, reject) => {
    request.signal.addEventListener("abort", () => {
      reject(request.signal.reason as Error);
    });
  });
}

function createNamespace(transport: Transport, name: string): void {
  void transport({
    method: "POST",
    path: "/api/v1/namespaces?fieldManager=kube-apiserver",
    body: JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name } }),
    signal: new AbortController().signal,
  });
}

async function* noLogs(): AsyncIterable<Uint8Array> {
  // Nothing runs, so nothing is said.
}
