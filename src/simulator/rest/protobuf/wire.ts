/** A field of a message as it is on the wire: a number, or bytes that are text, a message or bytes. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/**
 * The fields of a message in protocol buffers, in order. Numbers of fixed size come as their bits. Throws RangeError
 * where the bytes are no message.
 */
export function wireFields(bytes: Uint8Array): readonly WireField[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: WireField[] = [];
  let at = 0;

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      if (shift > 63n) throw new RangeError("a number does not end");
    }
  }

  function valueOf(type: number): WireField["value"] {
    switch (type) {
      case 0:
        return varint();
      case 1:
        at += 8;
        return view.getBigUint64(at - 8, true);
      case 2: {
        const length = Number(varint());
        if (at + length > bytes.length) throw new RangeError("a field does not end");
        at += length;
        return bytes.subarray(at - length, at);
      }
      case 5:
        at += 4;
        return BigInt(view.getUint32(at - 4, true));
      default:
        throw new RangeError(`no wire type ${type}`);
    }
  }

  while (at < bytes.length) {
    const tag = Number(varint());
    fields.push({ number: Math.floor(tag / 8), value: valueOf(tag % 8) });
  }
  return fields;
}
