import type { Clock } from "../clock.ts";
import { sleep } from "../clock.ts";
import type { KubeClient } from "./client.ts";
import { within } from "./deadline.ts";
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
  /** Told why the Lease could not be had, renewed or given back, and of work that does not end. */
  readonly onError: (error: unknown) => void;
}

/** How long a Lease holds that is not renewed. */
const leaseMs = 60_000;
/** A leader leads no more when this long has passed since it began its last good renewal. */
const renewDeadlineMs = 15_000;
/** From the beginning of one try to that of the next, and the bound on a try. */
const retryMs = 5000;
/** How long the work of a leader that leads no more is waited for: it must be over before another may begin. */
const graceMs = 25_000;

/**
 * Waits until this candidate holds the Lease, then runs the work until the signal is aborted or the Lease is lost;
 * either aborts the signal that the work is given. The Lease is renewed until the work has ended, then given back.
 * Time is measured with timers only: clocks of different machines are never compared, and the time of day may jump.
 * @returns why leading ended. After `lost`, end the process at once: work that is still under way may clash with the
 * next leader's from 60 seconds after the last renewal on.
 */
export async function lead(
  options: ElectionOptions,
  signal: AbortSignal,
  run: (leading: AbortSignal) => Promise<void>,
): Promise<"stopped" | "lost"> {
  const { clock, onError } = options;
  const candidate = createCandidate(options);
  const lost = new AbortController();
  const over = new AbortController();
  const ended = AbortSignal.any([lost.signal, over.signal]);
  const isStopped = (): boolean => signal.aborted;
  const isEnded = (): boolean => ended.aborted;
  let cancelDeadline = (): void => undefined;
  const lose = (): void => {
    lost.abort(new Error("the lease is lost"));
  };
  const end = (): void => {
    over.abort();
  };
  const rest = (until: AbortSignal): Promise<void> => sleep(clock, retryMs, until).catch(() => undefined);

  async function claim(): Promise<Holder | "unknown"> {
    const cancel = clock.after(renewDeadlineMs, lose);
    const holder = await within(clock, retryMs, "no answer in time", candidate.hold).catch((error: unknown) => {
      if (!(error instanceof Conflict || error instanceof AlreadyExists)) onError(error);
      return "unknown" as const;
    });
    if (holder === "self") {
      cancelDeadline();
      cancelDeadline = cancel;
    } else cancel();
    return holder;
  }

  for (;;) {
    if (isStopped()) return "stopped";
    const pause = rest(signal);
    if ((await claim()) === "self") break;
    await pause;
  }

  const work = isStopped() ? Promise.resolve() : run(AbortSignal.any([signal, lost.signal]));
  work.then(end, end);
  await rest(ended);
  while (!isEnded()) {
    const pause = rest(ended);
    if ((await claim()) === "another") lose();
    await pause;
  }
  cancelDeadline();

  if (lost.signal.aborted) {
    await within(clock, graceMs, "the work goes on after the lease is lost", () => work).catch(onError);
    return "lost";
  }
  await within(clock, retryMs, "the lease could not be given back in time", candidate.release).catch(onError);
  await work;
  return "stopped";
}

type Holder = "self" | "another";

interface Candidate {
  /**
   * Takes or renews the Lease, unless another holds it: that one's is taken over only when it has been seen unchanged
   * for its whole duration. Nothing is written any more once the signal is aborted.
   */
  readonly hold: (late: AbortSignal) => Promise<Holder>;
  /** Lets another take the Lease at once. */
  readonly release: () => Promise<void>;
}

function createCandidate({ client, clock, lease, identity }: ElectionOptions): Candidate {
  const urgent = { urgent: true };
  let seen = { version: "", isExpired: false };
  let cancelExpiry = (): void => undefined;

  /** Whether another holds the Lease. */
  function isTaken({ metadata: { resourceVersion: version = "" }, spec = {} }: Lease): boolean {
    const { holderIdentity: holder = "", leaseDurationSeconds = leaseMs / 1000 } = spec;
    if (holder === identity || holder === "") return false;
    if (version !== seen.version) {
      const sight = { version, isExpired: false };
      seen = sight;
      cancelExpiry();
      cancelExpiry = clock.after(leaseDurationSeconds * 1000, () => {
        sight.isExpired = true;
      });
    }
    return !seen.isExpired;
  }

  return {
    hold: async (late) => {
      const live = await client.get(leases, lease, urgent).catch((error: unknown) => {
        if (error instanceof NotFound) return undefined;
        throw error;
      });
      if (live !== undefined && isTaken(live)) return "another";
      late.throwIfAborted();
      cancelExpiry();
      const time = new Date(clock.now()).toISOString().replace("Z", "000Z");
      const spec = { holderIdentity: identity, leaseDurationSeconds: leaseMs / 1000, renewTime: time };
      if (live === undefined) {
        const first = { ...spec, acquireTime: time, leaseTransitions: 0 };
        await client.create(leases, { metadata: lease, spec: first }, urgent);
        return "self";
      }
      const { holderIdentity, leaseTransitions = 0 } = live.spec ?? {};
      const taken =
        holderIdentity === identity
          ? { ...live.spec, ...spec }
          : { ...spec, acquireTime: time, leaseTransitions: leaseTransitions + 1 };
      await client.replace(leases, { ...live, spec: taken }, urgent);
      return "self";
    },

    release: async () => {
      const live = await client.get(leases, lease, urgent);
      if (live.spec?.holderIdentity !== identity) return;
      await client.replace(leases, { ...live, spec: { ...live.spec, holderIdentity: "" } }, urgent);
    },
  };
}
