import { deepEqual, equal, partialDeepStrictEqual as matches } from "node:assert/strict";
import { leases } from "../../../kubernetes/resources.ts";
import { at, causesOf, done } from "../answers.ts";
import type { Topic } from "../behaviour.ts";

const spec = {
  holderIdentity: "one",
  leaseDurationSeconds: 15,
  acquireTime: "2026-01-02T03:04:05.000000Z",
  renewTime: "2026-01-02T03:04:05.123456Z",
  leaseTransitions: 0,
};
const lease = { metadata: { name: "a" }, spec };

/** What a leader election stands on. */
export const leaseTopic: Topic = {
  name: "leases",
  behaviours: {
    "a lease is stored with its times to the microsecond": async (api) => {
      deepEqual(done(await api.create(leases, lease))["spec"], spec);
      deepEqual(done(await api.get(leases, "a"))["spec"], spec);
    },
    "a time without microseconds is refused": async (api) => {
      for (const renewTime of ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123Z"]) {
        equal((await api.create(leases, { ...lease, spec: { ...spec, renewTime } })).status, 400, renewTime);
      }
    },
    "of two who take it at once one succeeds": async (api) => {
      const before = done(await api.create(leases, lease));
      const take = async (holderIdentity: string): Promise<number> =>
        (await api.replace(leases, { ...before, spec: { ...spec, holderIdentity } })).status;
      deepEqual((await Promise.all([take("two"), take("three")])).sort(), [200, 409]);
    },
    "of two who create it one succeeds": async (api) => {
      const create = async (): Promise<number> => (await api.create(leases, lease)).status;
      deepEqual((await Promise.all([create(), create()])).sort(), [201, 409]);
    },
    "a renewal is a new version": async (api) => {
      const before = done(await api.create(leases, lease));
      const renewed = { ...before, spec: { ...spec, renewTime: "2026-01-02T03:04:15.000000Z" } };
      const after = done(await api.replace(leases, renewed));
      equal(Number(after.metadata.resourceVersion) > Number(before.metadata.resourceVersion), true);
    },
    "a duration that is none is refused": async (api) => {
      const refused = await api.create(leases, { ...lease, spec: { ...spec, leaseDurationSeconds: 0 } });
      equal(refused.status, 422);
      deepEqual(causesOf(refused), [
        "FieldValueInvalid spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
      ]);
    },
    "a time that is none is refused": async (api) => {
      const refused = await api.create(leases, { ...lease, spec: { ...spec, renewTime: "yesterday" } });
      matches(refused, { status: 400, body: { reason: "BadRequest" } });
    },
    "a lease is given up by an empty holder": async (api) => {
      const before = done(await api.create(leases, lease));
      const after = done(await api.replace(leases, { ...before, spec: { ...spec, holderIdentity: "" } }));
      equal(at(after, "spec.holderIdentity"), "");
    },
  },
};
