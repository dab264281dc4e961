/** Everything but letters, marks, numbers, punctuation, symbols and the plain space. */
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

const shortEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** Surrogates are no characters. */
const escapeSequence =
  /\\(?:x(?<byte>[0-7][\da-fA-F])|(?<octal>[01][0-7]{2})|u(?<short>(?![dD][89a-fA-F])[\da-fA-F]{4})|U(?<long>(?!0000[dD][89a-fA-F])00(?:0[\da-fA-F]|10)[\da-fA-F]{4})|(?<letter>[abfnrtv\\'"]))/g;

/**
 * The inside of a quoted Go literal with its escapes undone; bytes above 0x7f only as `\u` or `\U`.
 * Undefined when one of them is no escape of that kind of literal.
 */
export function unescape(inside: string, quote: '"' | "'"): string | undefined {
  if (inside.includes(quote === '"' ? "\\'" : '\\"') || inside.replace(escapeSequence, "").includes("\\")) {
    return undefined;
  }
  return inside.replace(escapeSequence, (...match) => {
    const { byte, octal, short, long, letter } = match.at(-1) as Partial<Record<string, string>>;
    if (letter !== undefined) return shortEscapes[letter] ?? letter;
    return String.fromCodePoint(octal === undefined ? parseInt(byte ?? short ?? long ?? "", 16) : parseInt(octal, 8));
  });
}

/** A text in double quotes with Go's escapes, as `%q` prints it. */
export function quote(text: string): string {
  const letters = Object.fromEntries(Object.entries(shortEscapes).map(([letter, char]) => [char, `\\${letter}`]));
  const inside = text
    .replace(/["\\\x07\b\f\n\r\t\v]/g, (char) => letters[char] ?? char)
    .replace(unprintable, (char) => {
      const code = char.codePointAt(0) ?? 0;
      if (code < 0x80) return `\\x${hexOf(code, 2)}`;
      return code < 0x10000 ? `\\u${hexOf(code, 4)}` : `\\U${hexOf(code, 8)}`;
    });
  return `"${inside}"`;
}

/** A text that HTML shows as it is. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "\0": "\uFFFD",
    '"': "&#34;",
    "'": "&#39;",
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
  };
  return text.replace(/[\0"'&<>]/g, (char) => entities[char] ?? char);
}

/** A text for the inside of a JavaScript string. */
export function escapeJs(text: string): string {
  return text
    .replace(/[\\'"]/g, "\\$&")
    .replace(/[<>&=]/g, escapeUnicode)
    .replace(unprintable, escapeUnicode);
}

/** A text as the value of a URL's query. */
export function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${hexOf(char.charCodeAt(0), 2).toUpperCase()}`)
    .replaceAll("%20", "+");
}

function escapeUnicode(char: string): string {
  return `\\u${hexOf(char.codePointAt(0) ?? 0, 4).toUpperCase()}`;
}

function hexOf(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
