import { connect } from "node:net";
import { request } from "node:http";

// The checks of podinfo's own command line, which exec probes call: `podcli check http localhost:9898/healthz` and
// `podcli check tcp localhost:9898`. `localhost` is the pod's own address.

const timeoutMs = 5000;

function end(ok: boolean, message: string): never {
  process.stdout.write(`${JSON.stringify({ level: ok ? "info" : "error", msg: message })}\n`);
  return process.exit(ok ? 0 : 1);
}

const [command, kind, target = ""] = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
if (command !== "check" || (kind !== "http" && kind !== "tcp") || target === "") {
  end(false, "podcli here knows only: check http ADDRESS, check tcp ADDRESS");
}
const url = new URL(target.includes("://") ? target : `http://${target}`);
const ports = new Map(
  (process.env["HEADGATE_PORTS"] ?? "").split(",").map((pair) => pair.split("=") as [string, string]),
);
const port = url.port === "" ? "80" : url.port;
const local = ["localhost", "127.0.0.1"].includes(url.hostname);
const host = local ? (process.env["HEADGATE_ADDRESS"] ?? url.hostname) : url.hostname;
const address = { host, port: Number(local ? (ports.get(port) ?? port) : port) };
setTimeout(() => end(false, "check failed: timed out"), timeoutMs);
if (kind === "tcp") {
  connect(address)
    .once("connect", () => end(true, `tcp check succeeded: ${target}`))
    .once("error", ({ message }) => end(false, `check failed: ${message}`));
} else {
  request({ ...address, path: url.pathname + url.search })
    .once("response", ({ statusCode = 0 }) => end(statusCode < 400, `check ended with status ${statusCode}`))
    .once("error", ({ message }) => end(false, `check failed: ${message}`))
    .end();
}
