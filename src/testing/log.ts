import { pino } from "pino";
import type { Logger } from "pino";

/** A log that can be read and waited for. */
export interface LogBook {
  readonly log: Logger;
  /** Messages of all levels so far. */
  readonly messages: readonly string[];
  /** Resolves once a message contains the text. */
  said(text: string): Promise<void>;
}

export function openLogBook(): LogBook {
  const messages: string[] = [];
  const waiting = new Set<() => void>();
  const write = (line: string): void => {
    messages.push((JSON.parse(line) as { readonly msg: string }).msg);
    for (const look of waiting) look();
  };
  return {
    log: pino({ level: "trace" }, { write }),
    messages,
    said: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!messages.some((message) => message.includes(text))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
