import type { Analysis, CanarySpec } from "../../api/canary.ts";
import type { KubeClient } from "../../kubernetes/client.ts";
import type { Resource } from "../../kubernetes/resources.ts";
import type { Terms } from "../proof/invariants.ts";
import type { Operator, Stage, Surroundings } from "../stage.ts";

/** What the world answers, to be changed on the way. */
export interface Answers {
  /** The status of a webhook by its name; 200 where there is none, but 404 of `rollback`. */
  readonly hooks: Map<string, ReturnType<NonNullable<Surroundings["hook"]>>>;
  /** What Prometheus says of the success rate: 100 at first. */
  successRate: ReturnType<NonNullable<Surroundings["successRate"]>>;
  /** How long a pod takes, in milliseconds, by `DEPLOYMENT IMAGE`; 3 seconds where there is none. */
  readonly pace: Map<string, () => number | "never">;
  /** How many pods all users together keep busy: 2 at first. */
  load: number;
  /** The status with which Slack answers. */
  slack: number;
}

/** What an incident is played on. */
export interface World extends Stage {
  readonly answers: Answers;
  /** The operator that was started first. */
  readonly operator: Operator;
  /** Starts an operator beside the first. */
  readonly startAnother: () => void;
  /** Lets seconds pass. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Gives the target another revision of podinfo. */
  readonly push: (revision: number) => Promise<void>;
  /** Asks for so many pods of a Deployment, as a user or Git does. */
  readonly scale: (deployment: string, replicas: number) => Promise<void>;
  /** Adds to the facts. */
  readonly note: (fact: string) => void;
}

/** What could be noticed. */
export interface Noticed {
  /**
   * Who served users, whenever that changed: `primary` or `canary`, or the weights of both behind a gateway, rule by rule;
   * and `nobody` where a backend with a share had no pods that could be called.
   */
  readonly users: readonly string[];
  /** The Canary's, whenever it changed. */
  readonly phases: readonly string[];
  /** Texts, each with the colour that Slack shows. */
  readonly alerts: readonly string[];
  /** Whatever else matters here. */
  readonly facts?: readonly string[];
}

/** An outage, or another mishap, that users of a peer have had, played through the whole operator. */
export interface Incident {
  /** Where it was reported, as `project#number`. */
  readonly issues: readonly string[];
  /** What happened there, in a sentence. */
  readonly happened: string;
  /** Of the Canary, which is `podinfo` with 2 pods and an analysis every 10 seconds, of which one may fail. */
  readonly spec?: Partial<CanarySpec>;
  readonly analysis: Partial<Analysis>;
  /** The load from the beginning, where autoscalers keep between 2 and 12 pods as it asks. */
  readonly load?: number;
  /** Where the invariants are held to something else than 2 pods that stay, and one check. */
  readonly terms?: Partial<Terms>;
  /** Begins with the creation of the Canary, and not with revision 1 released. */
  readonly fromTheStart?: boolean;
  /** No operator is there but those that `happens` starts. */
  readonly startsNothing?: boolean;
  readonly happens: (world: World) => Promise<void>;
  readonly noticed: Noticed;
}

/** Incidents by what Headgate does instead, which names the test. */
export type Incidents = Readonly<Record<string, Incident>>;

/** Of a Canary behind a gateway. */
export const behindGateway: Partial<CanarySpec> = {
  provider: "gatewayapi:v1",
  service: { port: 9898, gatewayRefs: [{ name: "gateway" }] },
};

type Webhook = NonNullable<Analysis["webhooks"]>[number];

/** A webhook that is named after its type. */
export function hook(type: NonNullable<Webhook["type"]>): Webhook {
  return { name: type, type, url: `http://hooks/${type}` };
}

/** The lines of a story that tell of something. */
export function toldOf(story: readonly string[], text: string): readonly string[] {
  return story.filter((line) => line.includes(text));
}

/** How many pods both Deployments were last asked for, as a story tells. */
export function podsOf(story: readonly string[]): string {
  const last = (name: string): string => {
    const lines = story.filter((line) => line.includes(` deployment ${name}: `) && line.includes(" of "));
    return `${/: (\d+) of/.exec(lines.at(-1) ?? "")?.[1] ?? "as many"} of ${name}`;
  };
  return `${last("podinfo")}, ${last("podinfo-primary")}`;
}

/** HTTPRoutes, as users and gateways write them. */
export const httpRoutes: Resource = {
  group: "gateway.networking.k8s.io",
  version: "v1",
  kind: "HTTPRoute",
  plural: "httproutes",
  namespaced: true,
};

/** The gateway says that it acts on the HTTPRoute as it stands. */
export async function acknowledge(user: KubeClient): Promise<void> {
  const live = await user.get(httpRoutes, { namespace: "test", name: "podinfo" });
  const parentRef = { group: "gateway.networking.k8s.io", kind: "Gateway", name: "gateway" };
  const accepted = { type: "Accepted", status: "True", observedGeneration: live.metadata.generation };
  const status = { parents: [{ parentRef, controllerName: "test", conditions: [accepted] }] };
  await user.replace(httpRoutes, { ...live, status } as typeof live, { subresource: "status" });
}

/** The phases of a release that is promoted, and of one that is rolled back. */
export const released: readonly string[] = ["Progressing", "Promoting", "Finalising", "Succeeded"];
export const rolledBack: readonly string[] = ["Progressing", "Failed"];

/** Alerts of most releases. */
export const alert = {
  installed: "(good) New Deployment detected, initialization completed.",
  begun: "(good) New revision detected, progressing canary analysis.",
  promoted: "(good) Canary analysis completed successfully, promotion finished.",
  failed: "(danger) Failed checks threshold reached 2",
  stuck: "(danger) Promotion failed, primary not ready",
} as const;
