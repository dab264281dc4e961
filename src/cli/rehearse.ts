import { readFile } from "node:fs/promises";
import { WriteStream } from "node:tty";
import { styleText } from "node:util";
import type { Canary } from "../api/canary.ts";
import { InvalidSpec } from "../api/errors.ts";
import { given } from "../api/given.ts";
import type { MetricTemplate } from "../api/metrictemplate.ts";
import { formatFloat } from "../goformat.ts";
import { ownQueries, templateQuery } from "../metrics/queries.ts";
import type { Tone } from "../narration.ts";
import { BadInput } from "../rehearsal/rehearse/bad-input.ts";
import { readManifests } from "../rehearsal/rehearse/manifests.ts";
import { namesIn, rehearse } from "../rehearsal/rehearse/rehearse.ts";
import type { Rehearsal } from "../rehearsal/rehearse/rehearse.ts";
import { scenesOf } from "../rehearsal/rehearse/scene.ts";
import type { Scene } from "../rehearsal/rehearse/scene.ts";
import { parseSamples } from "../rehearsal/rehearse/series.ts";
import type { Series } from "../rehearsal/rehearse/series.ts";
import { tell } from "../rehearsal/rehearse/tell.ts";
import { parseValues } from "../rehearsal/rehearse/values.ts";
import type { Values } from "../rehearsal/rehearse/values.ts";
import type { Question } from "../rehearsal/rehearse/world.ts";
import { routerFor } from "../routing/routers.ts";
import type { RehearseFlags } from "./rehearse-flags.ts";

interface Output {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** As in the operator unless a flag says otherwise. */
const intervalFloorMs = 10_000;
const meshProvider = "kubernetes";

/** Plays the releases and says how they go. @returns the exit code */
export async function runRehearse(flags: RehearseFlags, { stdout, stderr }: Output): Promise<number> {
  let rehearsals: readonly Rehearsal[];
  try {
    rehearsals = await rehearseAll(flags);
  } catch (error) {
    stderr.write(`headgate: ${messageOf(error)}\n`);
    return 2;
  }
  if (flags.output === "json") {
    stdout.write(`${JSON.stringify(rehearsals, withInfinity, 2)}\n`);
  } else {
    const colours = stdout instanceof WriteStream && stdout.hasColors();
    const lines = rehearsals.map((each) =>
      tell(each)
        .map(({ tone, text }) => (colours ? styleText(styles[tone], text, { validateStream: false }) : text))
        .join("\n"),
    );
    stdout.write(`${lines.join("\n\n")}\n`);
  }
  return rehearsals.every(({ summary }) => summary.verdict === "promoted") ? 0 : 1;
}

/** JSON has no word for what a division by zero gives: it is written as Prometheus does. */
function withInfinity(_: string, value: unknown): unknown {
  return value === Infinity || value === -Infinity ? formatFloat(value) : value;
}

async function rehearseAll(flags: RehearseFlags): Promise<readonly Rehearsal[]> {
  const files = await Promise.all(flags.filename.map(async (name) => ({ name, text: await read(name) })));
  const scenes = scenesOf(files.flatMap(readManifests), flags.podStartup);
  if (scenes.length === 0) {
    throw new BadInput(`${flags.filename.join(", ")}: there is no Canary of flagger.app/v1beta1: add its file with -f`);
  }
  for (const scene of scenes) refuseOthers(scene);
  const known = namesIn(scenes.map(({ canary }) => canary));
  const samples = flags.metrics === "" ? [] : await readSamples(flags.metrics, known.metrics);
  const metrics = new Map<string, Values>([
    ...samples,
    ...flags.metric.map((text) => pair("--metric", text, known.metrics, parseValues)),
  ]);
  const hooks = new Map(flags.hook.map((text) => pair("--hook", text, known.hooks, parseStatus)));
  const { podStartup: podStartupMs, failAt: failAtMs } = flags;
  const rehearsals: Rehearsal[] = [];
  for (const scene of scenes) {
    const circumstances = { podStartupMs, intervalFloorMs, metrics, hooks, failAtMs };
    rehearsals.push(await rehearse(scene, questionsOf(scene), circumstances));
  }
  return rehearsals;
}

async function read(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: unknown) => {
    throw new BadInput(`${file}: cannot be read: ${messageOf(cause)}`, { cause });
  });
}

async function readSamples(file: string, known: ReadonlySet<string>): Promise<ReadonlyMap<string, Series>> {
  const samples = within(file, parseSamples, await read(file));
  for (const name of samples.keys()) requireKnown(`${file}: column ${name}`, name, known);
  return samples;
}

/** `name=value` */
function pair<T>(
  flag: string,
  text: string,
  known: ReadonlySet<string>,
  parse: (value: string) => T,
): readonly [name: string, value: T] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new BadInput(`${flag} ${text}: write NAME=VALUE`);
  requireKnown(`${flag} ${text}`, name, known);
  return [name, within(`${flag} ${text}`, parse, value)];
}

function requireKnown(where: string, name: string, known: ReadonlySet<string>): void {
  if (known.has(name)) return;
  const names = known.size === 0 ? "they have none" : `use one of ${[...known].join(", ")}`;
  throw new BadInput(`${where}: no Canary has ${name}: ${names}`);
}

function parseStatus(text: string): number {
  if (!/^[1-5]\d\d$/.test(text)) throw new BadInput(`"${text}" is no HTTP status: write one such as 200 or 403`);
  return Number(text);
}

function within<T>(where: string, parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (cause) {
    throw new BadInput(`${where}: ${messageOf(cause)}`, { cause });
  }
}

function refuseOthers({ canary, source }: Scene): void {
  try {
    routerFor(canary.spec.provider ?? meshProvider);
  } catch (cause) {
    throw new BadInput(`${source}: spec.provider: ${messageOf(cause)}`, { cause });
  }
}

/** What the Canary's metrics ask, as far as it can be asked. */
export function questionsOf({ canary, objects }: Pick<Scene, "canary" | "objects">): readonly Question[] {
  return (canary.spec.analysis.metrics ?? []).flatMap((metric) => {
    const { templateRef } = metric;
    const templates = objects.filter(({ object: { kind, metadata } }) => {
      const namespace = given(templateRef?.namespace) ?? canary.metadata.namespace;
      return kind === "MetricTemplate" && metadata.name === templateRef?.name && metadata.namespace === namespace;
    });
    return queriesOf(
      canary,
      metric,
      templates.map(({ object }) => object as unknown as MetricTemplate),
    ).map(({ query, unit }) => ({
      metric,
      query: query.replace(/[ \t\r\n\f]+/g, " "),
      inSeconds: unit === "s",
    }));
  });
}

function queriesOf(
  canary: Canary,
  metric: NonNullable<Canary["spec"]["analysis"]["metrics"]>[number],
  templates: readonly MetricTemplate[],
): ReturnType<typeof ownQueries> {
  try {
    return [
      ...ownQueries(canary, metric, { meshProvider }),
      ...templates.map((template) => templateQuery(canary, metric, template, { meshProvider })),
    ];
  } catch (error) {
    // The check will say so itself.
    if (error instanceof InvalidSpec) return [];
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const styles: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  plain: "reset",
  good: "green",
  bad: "red",
  faint: "dim",
};
