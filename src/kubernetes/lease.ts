import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import type { KubeClient } from "./client.ts";
import { AlreadyExists, Conflict, NotFound } from "./errors.ts";
import type { ObjectKey } from "./objects.ts";
import { leases } from "./resources.ts";

type Lease = NonNullable<(typeof leases)["object"]>;

export interface ElectionOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly lease: ObjectKey;
  /** Tells this candidate from all others. */
  readonly identity: string;
  readonly onError: (error: unknown) => void;
}

/** How long a lease holds that is not renewed. */
const leaseMs = 60_000;
/** A leader that could not renew for this long leads no more: well before another may. */
const renewDeadlineMs = 15_000;
const retryMs = 5000;

/**
 * Waits until this candidate holds the Lease, then leads until the signal is aborted or the Lease cannot be renewed.
 * A candidate takes over a Lease only when it has itself seen it unchanged for its whole duration, so that clocks of
 * different machines are never compared.
 * @returns why leading ended
 */
export async function lead(
  { client, clock, lease, identity, onError }: ElectionOptions,
  signal: AbortSignal,
  run: (leading: AbortSignal) => Promise<void>,
): Promise<"stopped" | "lost"> {
  let seen = { version: "", at: clock.now() };

  /** Takes or renews the Lease; false while another holds it. */
  async function hold(): Promise<boolean> {
    const time = new Date(clock.now()).toISOString().replace("Z", "000Z");
    const spec = { holderIdentity: identity, leaseDurationSeconds: leaseMs / 1000, renewTime: time };
    let live: Lease;
    try {
      live = await client.get(leases, lease);
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      await client.create(leases, { metadata: lease, spec: { ...spec, acquireTime: time, leaseTransitions: 0 } });
      return true;
    }
    const version = live.metadata.resourceVersion ?? "";
    if (version !== seen.version) seen = { version, at: clock.now() };
    const holder = live.spec?.holderIdentity ?? "";
    if (holder !== identity && holder !== "" && clock.now() - seen.at < leaseMs) return false;
    const taken =
      holder === identity
        ? { ...live.spec, ...spec }
        : { ...spec, acquireTime: time, leaseTransitions: (live.spec?.leaseTransitions ?? 0) + 1 };
    await client.replace(leases, { ...live, spec: taken });
    return true;
  }

  async function tryHold(): Promise<boolean> {
    try {
      return await hold();
    } catch (error) {
      if (!(error instanceof Conflict || error instanceof AlreadyExists)) onError(error);
      return false;
    }
  }

  while (!(await tryHold())) {
    await sleep(clock, retryMs, signal).catch(() => undefined);
    if (signal.aborted) return "stopped";
  }

  const lost = new AbortController();
  const running = run(AbortSignal.any([signal, lost.signal]));
  let renewedAt = clock.now();
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    await sleep(clock, retryMs, signal).catch(() => undefined);
    if (stopped()) break;
    const began = clock.now();
    if (await tryHold()) renewedAt = began;
    else if (clock.now() - renewedAt >= renewDeadlineMs) {
      lost.abort(new Error("the lease could not be renewed"));
      await running;
      return "lost";
    }
  }
  await running;
  const live = await client.get(leases, lease).catch(() => undefined);
  if (live?.spec?.holderIdentity === identity) {
    await client.replace(leases, { ...live, spec: { ...live.spec, holderIdentity: "" } }).catch(onError);
  }
  return "stopped";
}
