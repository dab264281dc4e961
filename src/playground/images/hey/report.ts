import type { Sample } from "./load.ts";

type Answered = Extract<Sample, { readonly status: number }>;

/** What hey prints at the end. `totalSeconds` is how long the test took. */
export function reportOf(samples: readonly Sample[], totalSeconds: number): string {
  const answered = samples.filter((sample): sample is Answered => "status" in sample);
  const times = answered.map(({ total }) => total).sort((a, b) => a - b);
  const bytes = answered.reduce((sum, sample) => sum + sample.bytes, 0);
  const summary = [
    ["Total", `${seconds(totalSeconds)} secs`],
    ["Slowest", `${seconds(times.at(-1) ?? 0)} secs`],
    ["Fastest", `${seconds(times[0] ?? 0)} secs`],
    ["Average", `${seconds(mean(times))} secs`],
    ["Requests/sec", seconds(samples.length / totalSeconds)],
  ];
  const data = [
    ["Total data", `${bytes} bytes`],
    ["Size/request", `${Math.floor(bytes / Math.max(1, answered.length))} bytes`],
  ];
  const details = [
    ["DNS+dialup", answered.map(({ connect }) => connect)],
    ["DNS-lookup", answered.map(({ lookup }) => lookup)],
    ["req write", answered.map(({ write }) => write)],
    ["resp wait", answered.map(({ wait }) => wait)],
    ["resp read", answered.map(({ read }) => read)],
  ] as const;
  return [
    "",
    "Summary:",
    ...summary.map(row),
    "  ",
    ...(bytes > 0 ? data.map(row) : []),
    "",
    "Response time histogram:",
    ...histogram(times),
    "",
    "",
    "Latency distribution:",
    ...latencies(times).map(([percent, time]) => `  ${percent}% in ${seconds(time)} secs`),
    "",
    "Details (average, fastest, slowest):",
    ...details.map(([name, values]) => row([name, spread(values)])),
    "",
    "Status code distribution:",
    ...counted(answered.map(({ status }) => String(status))).map(
      ([status, count]) => `  [${status}]\t${count} responses`,
    ),
    "",
    ...errors(samples),
    "",
    "",
  ].join("\n");
}

function row([name = "", value = ""]: readonly string[]): string {
  return `  ${name}:\t${value}`;
}

function seconds(value: number): string {
  return value.toFixed(4);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spread(values: readonly number[]): string {
  const least = values.reduce((a, b) => Math.min(a, b), values[0] ?? 0);
  const most = values.reduce((a, b) => Math.max(a, b), values[0] ?? 0);
  return [mean(values), least, most].map((value) => `${seconds(value)} secs`).join(", ");
}

/** Eleven bars from the fastest to the slowest, each with the times up to its mark. */
function histogram(times: readonly number[]): readonly string[] {
  const [fastest = 0, slowest = 0] = [times[0], times.at(-1)];
  const steps = 10;
  const counts = Array<number>(steps + 1).fill(0);
  const width = (slowest - fastest) / steps;
  for (const time of times) {
    const bar = width === 0 ? 0 : Math.min(steps, Math.ceil((time - fastest) / width - 1e-9));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  return counts.map((count, at) => {
    const bar = "■".repeat(Math.floor((count * 40 + most / 2) / most));
    return `  ${(fastest + width * at).toFixed(3)} [${count}]\t|${bar}`;
  });
}

/** The times that so many per cent of requests stayed below; none that are too few to tell. */
function latencies(times: readonly number[]): readonly (readonly [percent: number, seconds: number])[] {
  return [10, 25, 50, 75, 90, 95, 99].flatMap((percent) => {
    const time = times[Math.ceil((percent * times.length) / 100)];
    return time === undefined ? [] : [[percent, time] as const];
  });
}

function errors(samples: readonly Sample[]): readonly string[] {
  const failed = counted(samples.flatMap((sample) => ("error" in sample ? [sample.error] : [])));
  return failed.length === 0
    ? []
    : ["Error distribution:", ...failed.map(([error, count]) => `  [${count}]\t${error}`)];
}

/** Each value with how often it occurs, in order. */
function counted(values: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
