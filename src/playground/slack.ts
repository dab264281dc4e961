import { fastify } from "fastify";

/** Stands in for Slack's incoming webhooks. */
export interface SlackReceiver {
  /** What to give the operator as `-slack-url`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, takes every message and calls back with its body, exactly as it was sent. */
export async function receiveSlack(onMessage: (body: string) => void, port = 0): Promise<SlackReceiver> {
  const server = fastify({ forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => {
    done(null, body);
  });
  server.post("/*", ({ body }) => {
    onMessage(String(body));
    return "ok";
  });
  const address = await server.listen({ port, host: "127.0.0.1" });
  return { url: `${address}/slack`, close: () => server.close() };
}
