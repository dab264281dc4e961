/**
 * The formats of text that the API server checks in custom resources; others mean nothing to it.
 * Source: k8s.io/apiextensions-apiserver, supported formats; those left out here are rare.
 */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": (text) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: (text) =>
    /^-?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w)?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w))*$/.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  ipv4: (text) => /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  uri: (text) => URL.canParse(text),
};

/** Whether a text has the format, or the format is none that is checked. */
export function hasFormat(format: string, text: string): boolean {
  return formats[format]?.(text) ?? true;
}

/**
 * A pattern of Go's package regexp, as far as JavaScript has the same: flags at its start, `\A` and `\z`. Throws a
 * SyntaxError for others.
 */
export function regularExpression(pattern: string): RegExp {
  const [start = "", flags = ""] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  return new RegExp(pattern.slice(start.length).replace(/^\\A/, "^").replace(/\\z$/, "$"), flags);
}
