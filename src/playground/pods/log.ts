import { once } from "node:events";
import { EventEmitter } from "node:events";

/** What `kubectl logs` can ask for. */
export interface LogOptions {
  /** Go on with what is written later, until the container ends. */
  readonly follow?: boolean;
  /** Of what is there already, only so many lines from the end. */
  readonly tailLines?: number;
  /** Only what was written at this time or later, in milliseconds since the Unix epoch. */
  readonly since?: number;
  /** Put the time in front of every line. */
  readonly timestamps?: boolean;
}

/** What one run of a container has written, as far as it is kept: standard output and standard error in one. */
export interface ContainerLog {
  /** Takes output as it comes, in pieces of lines; each stream has its own lines. */
  write(stream: "stdout" | "stderr", text: string): void;
  /** The run is over. */
  end(): void;
  /** Lines, each with its end. Aborting the signal ends it. */
  read(options: LogOptions, signal?: AbortSignal): AsyncIterable<string>;
}

interface Entry {
  readonly at: number;
  readonly line: string;
}

/** Characters of a line after which it is broken, as container runtimes do. */
const longestLine = 16 * 1024;

/** Keeps about the last `most` characters. `now` in milliseconds since the Unix epoch. */
export function createContainerLog(now: () => number, most = 1024 * 1024): ContainerLog {
  const changes = new EventEmitter().setMaxListeners(0);
  const unfinished = { stdout: "", stderr: "" };
  let entries: Entry[] = [];
  let size = 0;
  /** How many lines have been dropped: the number of the first one that is kept. */
  let dropped = 0;
  let ended = false;

  const add = (line: string): void => {
    entries.push({ at: now(), line });
    size += line.length;
  };

  const drop = (): void => {
    const kept = entries.findIndex(({ line }) => {
      size -= line.length;
      return size <= most;
    });
    dropped += kept + 1;
    entries = entries.slice(kept + 1);
  };

  return {
    write: (stream, text) => {
      const lines = (unfinished[stream] + text).split("\n");
      unfinished[stream] = lines.pop() ?? "";
      for (const line of lines) add(line);
      if (unfinished[stream].length > longestLine) {
        add(unfinished[stream]);
        unfinished[stream] = "";
      }
      if (size > most) drop();
      changes.emit("change");
    },

    end: () => {
      for (const rest of Object.values(unfinished)) if (rest !== "") add(rest);
      ended = true;
      changes.emit("change");
    },

    read: async function* ({ follow = false, tailLines = Infinity, since = -Infinity, timestamps = false }, signal) {
      let next = dropped + Math.max(0, entries.length - tailLines);
      for (;;) {
        const unread = entries.slice(Math.max(0, next - dropped));
        next = dropped + entries.length;
        for (const { at, line } of unread) {
          if (at >= since) yield `${timestamps ? `${timestampOf(at)} ` : ""}${line}\n`;
        }
        if (next < dropped + entries.length) continue;
        if (ended || !follow || signal?.aborted === true) return;
        await once(changes, "change", signal === undefined ? {} : { signal }).catch(() => undefined);
      }
    },
  };
}

/** With nanoseconds, as the kubelet writes it. */
function timestampOf(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000000Z");
}
