const terminal = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number, text: string): string => (terminal ? `\u001b[${code}m${text}\u001b[0m` : text);

/** One line to standard output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Green text on a terminal. */
export function good(text: string): string {
  return paint(32, text);
}

/** Red text on a terminal. */
export function bad(text: string): string {
  return paint(31, text);
}

/** Does one part of a longer work, and says in one line how long it took; a sign of life every 30 s before that. */
export async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const elapsed = (): string => `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s`;
  const alive = setInterval(() => {
    say(`${elapsed()}  ... ${title}`);
  }, 30_000);
  try {
    const result = await work();
    say(`${elapsed()}  ${good(title)}`);
    return result;
  } catch (error) {
    say(`${elapsed()}  ${bad(title)}`);
    throw error;
  } finally {
    clearInterval(alive);
  }
}
