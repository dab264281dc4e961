/*
 * What names and labels may look like, and what the API server says of those that do not.
 * Source of the rules and texts: k8s.io/apimachinery, package util/validation.
 */

/** Says what is wrong with a name, in one or more texts; nothing when it is fine. */
export type NameRule = (name: string) => readonly string[];

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const serviceLabel = "[a-z]([-a-z0-9]*[a-z0-9])?";
const word = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const dataKey = "[-._a-zA-Z0-9]+";

/** DNS-1123: of at most 63 lower case letters, digits and hyphens. */
export const dnsLabel: NameRule = rule(
  label,
  63,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  "(e.g. 'my-name',  or '123-abc', ",
);

/** DNS-1123 labels with dots between, at most 253 characters: what most objects are named by. */
export const dnsSubdomain: NameRule = rule(
  subdomain,
  253,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  "(e.g. 'example.com', ",
);

/** DNS-1035: a DNS label that starts with a letter. What Services are named by. */
export const dns1035Label: NameRule = rule(
  serviceLabel,
  63,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  "(e.g. 'my-name',  or 'abc-123', ",
);

/** What roles and their bindings are named by: whatever fits into a path. */
export const pathSegment: NameRule = (name) => [
  ...(name === "." || name === ".." ? [`may not be '${name}'`] : []),
  ...["/", "%"].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`),
];

/** The value of a label: at most 63 characters, may be empty. */
export const labelValue: NameRule = rule(
  `(${word})?`,
  63,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  "(e.g. 'MyValue',  or 'my_value',  or '12345', ",
);

/** A key of a ConfigMap or Secret: at most 253 characters. */
export const configKey: NameRule = (key) => [
  ...rule(
    dataKey,
    253,
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', ",
  )(key),
  ...(key === "." || key === ".."
    ? [`must not be '${key}'`]
    : key.startsWith("..")
      ? ["must not start with '..'"]
      : []),
];

/** The key of a label or annotation: a name of at most 63 characters, perhaps with a DNS subdomain and a slash before it. */
export const qualifiedName: NameRule = (name) => {
  const parts = name.split("/");
  const text =
    "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const example = "(e.g. 'MyName',  or 'my.name',  or '123-abc', ";
  if (parts.length > 2) {
    const detail = `a qualified name must ${text} ${example}regex used for validation is '${word}')`;
    return [`${detail} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const prefix = parts.length === 2 ? (parts[0] ?? "") : undefined;
  const local = parts.at(-1) ?? "";
  return [
    ...(prefix === undefined
      ? []
      : prefix === ""
        ? ["prefix part must be non-empty"]
        : dnsSubdomain(prefix).map((each) => `prefix part ${each}`)),
    ...(local === "" ? ["name part must be non-empty"] : []),
    ...rule(word, 63, `name part must ${text}`, example, "name part ")(local),
  ];
};

/** Text that matches `pattern` as a whole, in at most `longest` bytes. */
function rule(pattern: string, longest: number, says: string, examples: string, part = ""): NameRule {
  const expression = new RegExp(`^${pattern}$`);
  return (name) => [
    ...(Buffer.byteLength(name) > longest ? [`${part}must be no more than ${longest} bytes`] : []),
    ...(expression.test(name) ? [] : [`${says} ${examples}regex used for validation is '${pattern}')`]),
  ];
}
