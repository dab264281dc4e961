/** Writers for tests: a message in protocol buffers, made of its fields. */

/** A field whose value is text, bytes or a message. */
export function bytes(number: number, value: string | Uint8Array): Uint8Array {
  const content = Buffer.from(value);
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(content.length)), content]);
}

/** A field whose value is a whole number or, as 0 and 1, a flag. */
export function integer(number: number, value: number): Uint8Array {
  return Buffer.concat([varint(BigInt(number * 8)), varint(BigInt.asUintN(64, BigInt(value)))]);
}

/** The fields of a message, one after the other. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(fields);
}

/** A body as clients in Go send it. */
export function envelope(apiVersion: string, kind: string, ...fields: readonly Uint8Array[]): Uint8Array {
  const type = message(bytes(1, apiVersion), bytes(2, kind));
  return Buffer.concat([
    Buffer.from("k8s\0"),
    bytes(1, type),
    bytes(2, message(...fields)),
    bytes(3, ""),
    bytes(4, ""),
  ]);
}

function varint(value: bigint): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  return Buffer.from([...out, Number(rest)]);
}
