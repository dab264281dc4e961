import type { Event } from "kubernetes-types/core/v1.d.ts";
import { ageOf } from "../age.ts";
import { invalid } from "../causes.ts";
import { columnsOf, nameColumn } from "../columns.ts";
import { builtinKind } from "./kind.ts";

type Times = "firstTimestamp" | "lastTimestamp" | "eventTime";

/** An event whose times may be told to be unknown. */
type TimedEvent = Omit<Event, Times> & Readonly<Partial<Record<Times, string | null>>>;

const { column, wide } = columnsOf<TimedEvent>();

const noTimes = { firstTimestamp: null, lastTimestamp: null, eventTime: null };

/** Events of the core group. Source: kubernetes, pkg/printers/internalversion. */
export const events = [
  builtinKind<TimedEvent>({
    apiVersion: "v1",
    kind: "Event",
    shortNames: ["ev"],
    columns: {
      only: [
        column("Last Seen", "string", (event, now) =>
          ageOf(event.series?.lastObservedTime ?? event.lastTimestamp ?? firstTime(event), now),
        ),
        column("Type", "string", ({ type }) => type ?? ""),
        column("Reason", "string", ({ reason }) => reason ?? ""),
        column("Object", "string", ({ involvedObject: { kind, name = "" } }) =>
          kind === undefined ? name : `${kind.toLowerCase()}/${name}`,
        ),
        wide("Subobject", "string", ({ involvedObject }) => involvedObject.fieldPath ?? ""),
        wide("Source", "string", sourceOf),
        column("Message", "string", ({ message = "" }) => message.trim()),
        wide("First Seen", "string", (event, now) => ageOf(firstTime(event), now)),
        wide("Count", "string", ({ series, count = 0 }) => series?.count ?? (count === 0 ? 1 : count)),
        { ...nameColumn, priority: 1 },
      ],
    },
    // Times that are not known are told as such.
    complete: (event) => ({ ...noTimes, reportingComponent: "", reportingInstance: "", ...event }),
    rules: ({ metadata, involvedObject }) => {
      const { namespace = "default" } = metadata;
      const about = involvedObject.namespace ?? "";
      return about === namespace || (about === "" && namespace === "default")
        ? []
        : [invalid("involvedObject.namespace", about, "does not match event.namespace")];
    },
  }),
];

function firstTime({ firstTimestamp, eventTime }: TimedEvent): string | undefined {
  return firstTimestamp ?? eventTime ?? undefined;
}

function sourceOf({ source, reportingComponent, reportingInstance }: TimedEvent): string {
  const component = source?.component ?? reportingComponent ?? "";
  const host = source?.host ?? reportingInstance ?? "";
  return host === "" ? component : `${component}, ${host}`;
}
