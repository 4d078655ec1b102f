import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decodeLz4Frame } from "../../../runtime/arrow/lz4_frame.ts";

/** Literals, near and far copies, overlapping copies, and lengths of several bytes; packed by liblz4. */
const PACKED =
  "BCJNGGBAgn0AAAC/ZmVhdHVyaXplciALAP+b/0shKD1gN3Zpank8Z0YzLjdOc0wzKCs8Wy5pWFVgeUYhZFtg" +
  "czppTD08SWQzalVOVWozZEk8PUxpOnNgW2QhRnlgVVhpLls8KygzTHNONy4zRmc8eWppdjdgPShaAP8kH2EBAP//RFBhYWVuZAAA" +
  "AAA=";

function plainText(): string {
  const mixed = Array.from({ length: 400 }, (_, i) => String.fromCharCode(33 + (i * i * 7) % 90));
  return `${"featurizer ".repeat(40)}${mixed.join("")}${"a".repeat(600)}end`;
}

Deno.test("decodeLz4Frame() unpacks one frame and several", () => {
  const packed = new Uint8Array(Buffer.from(PACKED, "base64"));
  assert.equal(new TextDecoder().decode(decodeLz4Frame(packed)), plainText());
  const twice = new Uint8Array([...packed, ...packed]);
  assert.equal(new TextDecoder().decode(decodeLz4Frame(twice)), plainText() + plainText());
});

Deno.test("decodeLz4Frame() refuses bytes that are cut off or no frame", () => {
  const packed = new Uint8Array(Buffer.from(PACKED, "base64"));
  for (let length = 1; length < packed.length; length++) {
    assert.throws(() => decodeLz4Frame(packed.subarray(0, length)), RangeError, `${length} bytes`);
  }
  assert.throws(() => decodeLz4Frame(packed.subarray(1)), RangeError);
});
