import { setTimeout as sleep } from "node:timers/promises";
import { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { canaries } from "../api/canary.ts";
import type { CanaryStatus } from "../api/canary.ts";
import { systemClock } from "../clock.ts";
import { createInformer } from "../kubernetes/informer.ts";
import { createLog } from "../log.ts";
import { check } from "../narration.ts";
import type { Line, Tone } from "../narration.ts";
import { narrate, slack, usage } from "../playground/narration.ts";
import { startOperatorInside } from "../playground/operator.ts";
import { startPlayground } from "../playground/playground.ts";
import type { PlaygroundUsage } from "../playground/playground.ts";
import { receiveSlack } from "../playground/slack.ts";
import { AnotherStory } from "../playground/story/stage.ts";
import { tellStory } from "../playground/story/story.ts";
import type { PlaygroundFlags } from "./playground-flags.ts";
import { stopSignal } from "./signals.ts";
import type { Endable } from "./signals.ts";
import { version } from "./version.ts";

type Style = Parameters<typeof styleText>[0];

const styles: Readonly<Record<Tone, Style>> = {
  plain: "reset",
  good: "green",
  bad: "red",
  faint: "dim",
};

/** Runs until the process is told to stop, or the story is told. @returns the exit code */
export async function runPlayground(flags: PlaygroundFlags, process: Endable & Output): Promise<number> {
  const began = performance.now();
  const { stdout } = process;
  // Colours on a terminal only, and never when NO_COLOR is set.
  const paint = (style: Style, text: string): string =>
    stdout instanceof WriteStream && stdout.hasColors() ? styleText(style, text, { validateStream: false }) : text;
  const print = ({ tone, text }: Line): void => {
    const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(7);
    stdout.write(`${seconds} s  ${paint(styles[tone], text)}\n`);
  };
  const stop = stopSignal(process, () => {
    print({ tone: "faint", text: "ending all processes" });
  });
  const log = createLog({ level: "error", encoding: "json" });
  const onError = (error: unknown): void => {
    log.debug(String(error));
  };

  await using started = new AsyncDisposableStack();
  const playground = started.use(
    await startPlayground({
      images: flags.image,
      apiPort: flags.apiPort,
      gatewayPort: flags.gatewayPort,
      prometheusPort: flags.prometheusPort,
      auditLogPath: flags.auditLogPath,
      onError,
    }),
  );
  const inbox = await receiveSlack((body) => {
    for (const line of slack(body)) print(line);
  });
  started.defer(() => inbox.close());
  const seen = new Map<string, CanaryStatus | undefined>();
  const followed = createInformer(playground.client, systemClock, canaries, { transform: (canary) => canary, onError });
  followed.onChange(({ kind, object }) => {
    const { uid = "" } = object.metadata;
    if (kind === "set") for (const line of narrate(object, seen.get(uid))) print(line);
    seen.set(uid, object.status);
  });
  await followed.start(stop);
  if (flags.operator) {
    const operator = await startOperatorInside(playground, {
      version,
      meshProvider: "kubernetes",
      slackUrl: inbox.url,
      log,
      onValue: (_, metric, value) => {
        print(check(metric, metric.name === "request-duration" ? value * 1000 : value));
      },
    });
    started.defer(() => operator.stop());
  }
  print({ tone: "good", text: "the playground is ready" });

  if (flags.story || flags.once) {
    const { client, gateway } = playground;
    const say = (text: string): void => {
      stdout.write(`\n${paint("bold", text)}\n`);
    };
    try {
      await tellStory({ client, gateway, say, signal: stop });
    } catch (error) {
      if (stop.aborted) return 0;
      if (!(error instanceof AnotherStory)) throw error;
      print({ tone: "bad", text: `the story went another way: ${error.message}` });
      return 1;
    }
    print({ tone: "good", text: "the story is told" });
    print(usage("used by the story", (performance.now() - began) / 1000, usedSince(await playground.usage())));
    const before = await playground.usage();
    await sleep(idleMs);
    const idle = usedSince(await playground.usage(), before);
    print(usage(`used at rest, in ${idleMs / 1000} s`, idleMs / 1000, idle));
  }
  if (flags.once) return 0;

  stdout.write(`
Have a look, in another terminal:

  export KUBECONFIG=${playground.kubeconfig}
  kubectl get canaries -A
  kubectl -n test describe canary podinfo
  kubectl -n test set image deployment/podinfo podinfod=ghcr.io/stefanprodan/podinfo:6.0.3
  curl -x ${playground.gateway} http://podinfo.test:9898/
  open ${playground.prometheus}

Ctrl-C ends it, and all its processes.
`);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => {
      resolve();
    });
  });
  return 0;
}

const idleMs = 5000;

type Parts = Readonly<Record<string, { readonly cpu: number; readonly rss: number }>>;

/** What the parts of the playground have used since an earlier reading, or since they started. */
function usedSince(now: PlaygroundUsage, before?: PlaygroundUsage): Parts {
  const part = (of: keyof PlaygroundUsage) => ({
    cpu: now[of].cpuSeconds - (before?.[of].cpuSeconds ?? 0),
    rss: now[of].rssBytes,
  });
  return { playground: part("process"), pods: part("pods"), Prometheus: part("prometheus") };
}

interface Output {
  readonly stdout: { write(text: string): unknown };
}
