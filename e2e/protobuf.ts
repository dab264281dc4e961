/**
 * `node e2e/protobuf.ts DIRECTORY`: by which numbers the fields of the builtin kinds go in protocol buffers, into
 * src/simulator/rest/protobuf/numbers.json.
 *
 * DIRECTORY is that of the Go modules (`go env GOMODCACHE`), with k8s.io/api and k8s.io/apimachinery of the version of
 * Kubernetes that the schemas in src/simulator/schema/builtin.json are of. Run it again after e2e/openapi.ts.
 */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const release = "v0.35.4";
const packages = [
  ...["core/v1", "apps/v1", "autoscaling/v2", "batch/v1", "coordination/v1", "discovery/v1", "networking/v1"],
  ...["policy/v1", "rbac/v1"],
].map((path) => join("k8s.io", `api@${release}`, path));
const metaPackage = join("k8s.io", `apimachinery@${release}`, "pkg/apis/meta/v1");
/** Sent by clients, but never stored. */
const messages = ["v1.DeleteOptions", "v1.Preconditions", "v1.Eviction"];

interface Field {
  readonly number: string;
  /** Empty where the fields of the type stand among those around it. */
  readonly json: string;
  /** In Go. */
  readonly type: string;
}

interface Struct {
  readonly name: string;
  readonly fields: readonly Field[];
}

type Numbers = Readonly<Record<string, unknown>>;

async function structsOf(directory: string): Promise<readonly Struct[]> {
  const files = (await readdir(directory)).filter((file) => /^[a-z_]*types[a-z_]*\.go$/.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")));
  return texts.flatMap((text) =>
    [...text.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)].map(([, name = "", body = ""]) => ({
      name,
      fields: [...body.matchAll(/^\s+(?:\w+\s+)?([*[\]\w.]+)\s+`json:"([^",]*)[^"]*"[^`]*protobuf:"\w+,(\d+),/gm)].map(
        ([, type = "", json = "", number = ""]) => ({ number, json, type }),
      ),
    })),
  );
}

/** As the table has it: `?` marks what can be there and empty, `~` a time with microseconds. */
function numbersOf({ fields }: Struct, around: readonly Struct[]): Numbers {
  const entries = fields.map(({ number, json, type }): readonly [string, unknown] => {
    const bare = type.replace(/^\*/, "").replace(/^.*\./, "");
    const inline = json === "" ? around.find(({ name }) => name === bare) : undefined;
    if (inline !== undefined) return [number, numbersOf(inline, around)];
    return [number, `${json}${type.startsWith("*") ? "?" : ""}${bare === "MicroTime" ? "~" : ""}`];
  });
  return Object.fromEntries(entries);
}

function namesIn(numbers: Numbers): readonly string[] {
  return Object.values(numbers).flatMap((value) =>
    typeof value === "string" ? [value.replace(/[?~]+$/, "")] : namesIn(value as Numbers),
  );
}

async function main(directory: string): Promise<void> {
  const all = await Promise.all(
    [...packages, metaPackage].map(async (path) => ({
      path,
      version: path.replace(/.*[\\/]/, ""),
      structs: await structsOf(join(directory, path)),
    })),
  );
  const schemas = JSON.parse(
    await readFile(new URL("../src/simulator/schema/builtin.json", import.meta.url), "utf8"),
  ) as Readonly<Record<string, { readonly properties?: object }>>;
  const wanted = [...Object.keys(schemas), ...messages];
  const found = wanted.flatMap((id) => {
    const [name = "", version = "", group = ""] = id.split(".").reverse();
    const properties = Object.keys(schemas[id]?.properties ?? {}).filter(
      (one) => one !== "apiVersion" && one !== "kind",
    );
    // Types of the same name in several groups differ in their fields.
    const [numbers] = all
      .filter((one) => one.version === version && one.path.includes(group))
      .flatMap(({ structs }) =>
        structs.filter((struct) => struct.name === name).map((struct) => numbersOf(struct, structs)),
      )
      .filter((candidate) => properties.every((property) => namesIn(candidate).includes(property)));
    return numbers === undefined ? [] : [`${JSON.stringify(id)}:${JSON.stringify(numbers)}`];
  });
  const target = new URL("../src/simulator/rest/protobuf/numbers.json", import.meta.url);
  await writeFile(target, `{\n${found.join(",\n")}\n}\n`);
  process.stdout.write(`${found.length} of ${wanted.length} types\n`);
}

await main(process.argv[2] ?? "");
