import Type from "typebox";
import type { Static } from "typebox";
import type { KubeObject, Metadata } from "../kubernetes/objects.ts";
import type { Resource } from "../kubernetes/resources.ts";
import type { Immutable } from "./schema.ts";
import { choice, object, text } from "./schema.ts";

const optional = Type.Optional;

const alertProviderSpec = object(
  "The chat service, with its URL in address or in a Secret.",
  {
    type: optional(choice("Chat service.", ["slack", "msteams", "discord", "rocket", "gchat"])),
    channel: optional(text("Channel to post to; default general.")),
    username: optional(text("Name to post under; default flagger.")),
    address: optional(text("URL of the webhook.")),
    proxy: optional(text("URL of an HTTP proxy on the way to the service.")),
    secretRef: optional(
      object("Secret in the provider's namespace with the key address, and for a Slack bot token.", {
        name: text("Name of the Secret."),
      }),
    ),
  },
  { oneOf: ["address", "secretRef"].map((field) => ({ required: ["type", field] })) },
);

/** The schema of an AlertProvider, from which come its types, its CustomResourceDefinition and its validation. */
export const alertProviderSchema = object("A chat service that alerts are sent to.", {
  apiVersion: optional(text("Version of this schema: flagger.app/v1beta1.")),
  kind: optional(text("Kind of the object: AlertProvider.")),
  metadata: Type.Unsafe<Metadata>({ type: "object" }),
  spec: alertProviderSpec,
});

export type AlertProviderSpec = Immutable<Static<typeof alertProviderSpec>>;

export interface AlertProvider extends KubeObject {
  readonly spec: AlertProviderSpec;
}

export const alertProviders: Resource<AlertProvider> = {
  group: "flagger.app",
  version: "v1beta1",
  kind: "AlertProvider",
  plural: "alertproviders",
  namespaced: true,
};
