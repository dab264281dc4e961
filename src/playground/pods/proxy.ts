/**
 * The variables that send HTTP requests of a container's programs through this proxy, under the names that curl, Go and
 * Node look for; Node's own client has to be told to look. The user of the URL is the container's namespace, in which the
 * proxy looks for Services that are named without one.
 */
export function proxyVariables(
  proxy: string | undefined,
  namespace: string,
): readonly (readonly [name: string, value: string])[] {
  if (proxy === undefined) return [];
  const url = new URL(proxy);
  url.username = namespace;
  url.password = "x";
  const direct = "localhost,127.0.0.1";
  return [
    ["HTTP_PROXY", url.href],
    ["http_proxy", url.href],
    ["NO_PROXY", direct],
    ["no_proxy", direct],
    ["NODE_USE_ENV_PROXY", "1"],
  ];
}
