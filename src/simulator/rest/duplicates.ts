/**
 * The fields that stand twice in an object of a JSON document, such as `spec.ports[0].port`, each as often as it is
 * repeated. The document must be valid JSON.
 */
export function duplicateFields(json: string): readonly string[] {
  const found: string[] = [];
  const token = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  const next = (): string => token.exec(json)?.[0] ?? "";

  /** Goes on to the end of the value that begins with a token. */
  function value(first: string, path: string): void {
    if (first === "{") object(path);
    else if (first === "[") list(path);
  }

  function object(path: string): void {
    const keys = new Set<string>();
    for (let word = next(); word !== "}"; word = next()) {
      if (word === ",") continue;
      const key = JSON.parse(word) as string;
      const own = path === "" ? key : `${path}.${key}`;
      if (keys.has(key)) found.push(own);
      keys.add(key);
      next();
      value(next(), own);
    }
  }

  function list(path: string): void {
    let index = 0;
    for (let word = next(); word !== "]"; word = next()) {
      if (word !== ",") value(word, `${path}[${index++}]`);
    }
  }

  value(next(), "");
  return found;
}
