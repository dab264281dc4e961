import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { join, normalize } from "node:path";
import { network } from "../cluster/layout.ts";

/** A server of the tests. Its address is the node's unless another is given: pods and the node reach it, not the world. */
export interface NodeServer {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files of a folder, for example to `helm repo add`. */
export async function serveFiles(folder: string, address = network.nodeAddress): Promise<NodeServer> {
  return listen(address, (asked, answer) => {
    const { pathname } = new URL(asked.url ?? "/", "http://node");
    const file = join(folder, normalize(decodeURIComponent(pathname)));
    stat(file).then(
      (found) => {
        if (found.isFile()) createReadStream(file).pipe(answer);
        else answer.writeHead(404).end();
      },
      () => answer.writeHead(404).end(),
    );
  });
}

/** One POST that a chat service would have got. */
interface Received {
  readonly at: Date;
  readonly path: string;
  /** Exactly as sent. */
  readonly body: string;
}

export interface SlackReceiver extends NodeServer {
  /** All so far, the oldest first. */
  readonly received: readonly Received[];
}

/** Stands in for Slack's incoming webhooks: answers `ok` and remembers what came. */
export async function receiveSlack(address = network.nodeAddress): Promise<SlackReceiver> {
  const received: Received[] = [];
  const server = await listen(address, (asked, answer) => {
    let body = "";
    asked.setEncoding("utf8");
    asked.on("data", (text: string) => (body += text));
    asked.on("end", () => {
      received.push({ at: new Date(), path: asked.url ?? "/", body });
      answer.end("ok");
    });
  });
  return { ...server, received };
}

async function listen(host: string, handle: RequestListener): Promise<NodeServer> {
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://${host}:${address.port}`,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
