import { secrets } from "../kubernetes/resources.ts";
import type { Cluster } from "./cluster.ts";

/**
 * The decoded data of a Secret, read when it is needed and kept nowhere.
 * @throws NotFound, Forbidden
 */
export async function readSecret(
  { client }: Cluster,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const { data = {} } = await client.get(secrets, { namespace, name });
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8").trim()]),
  );
}
