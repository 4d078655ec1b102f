import assert from "node:assert/strict";
import { SymbolTable } from "../../../runtime/arrow/mod.ts";
import type { Frame } from "../../../runtime/engine/mod.ts";
import { SiteSymbols } from "../../../runtime/engine/site_symbols.ts";
import { ForgedRows } from "../../../runtime/engine/translate.ts";

const COLUMNS = { types: [{ kind: "string" }], skipped: 1 } as const;

function frameOf(codes: readonly number[], symbols?: Frame["symbols"]): Frame {
  const columns = [new Float64Array(codes.length), Int32Array.from(codes)];
  const frame = {
    edge: 0,
    from: 0,
    slice: 0,
    untilUs: 0,
    batch: { length: codes.length, columns },
  };
  return symbols ? { ...frame, symbols } : frame;
}

function textsOf(symbols: SiteSymbols, frame: Frame): (string | undefined)[] {
  return [...frame.batch.columns[1] as Int32Array].map((code) => symbols.texts[code]);
}

Deno.test("rows keep their texts from producer to producer, whatever the codes", () => {
  const [first, second] = [new SiteSymbols(true), new SiteSymbols(true)];
  second.intern("own");
  const fromHost = { first: 0, texts: ["a", "b"] };
  const taken = first.take(frameOf([1, 0, -1], fromHost), "host", COLUMNS);
  assert.deepEqual(textsOf(first, taken), ["b", "a", undefined]);
  const made = first.intern("made");
  const sent = first.tell(frameOf([made, 0]), "2:0");
  assert.deepEqual(sent.symbols, { first: 0, texts: ["a", "b", "made"] });
  assert.deepEqual(textsOf(second, second.take(sent, "1:0", COLUMNS)), ["made", "a"]);
  assert.equal(first.tell(frameOf([0]), "2:0").symbols, undefined, "it has heard of all");
  assert.deepEqual(first.tell(frameOf([0]), "3:0").symbols?.texts, ["a", "b", "made"]);
  const again = first.take(frameOf([2], { first: 2, texts: ["c"] }), "host", COLUMNS);
  assert.deepEqual(textsOf(first, again), ["c"]);
});

Deno.test("texts out of order and codes without texts are forged", () => {
  const symbols = new SiteSymbols(true);
  const skipped = frameOf([0], { first: 1, texts: ["b"] });
  assert.throws(() => symbols.take(skipped, "host", COLUMNS), ForgedRows);
  assert.throws(() => symbols.take(frameOf([0]), "1:0", COLUMNS), ForgedRows);
});

Deno.test("without a table of its own a site takes texts from the host alone", () => {
  const symbols = new SiteSymbols(false);
  const frame = frameOf([0], { first: 0, texts: ["a"] });
  assert.equal(symbols.take(frame, "1:0", COLUMNS), frame);
  assert.deepEqual(symbols.texts, []);
  symbols.take(frame, "host", COLUMNS);
  assert.deepEqual(symbols.texts, ["a"]);
  assert.equal(symbols.tell(frame, "2:0"), frame);
});

Deno.test("halves of surrogate pairs are one and the same text", () => {
  const symbols = new SiteSymbols(true);
  assert.equal(symbols.intern("x\ud800"), symbols.intern("x\ufffd"));
  assert.deepEqual(symbols.texts, ["x\ufffd"]);
});

Deno.test("SiteSymbols.hashes() are those of the host for the same texts", () => {
  const [site, host] = [new SiteSymbols(true), new SymbolTable()];
  for (let i = 0; i < 600; i++) {
    const [ours, theirs] = [site.intern(`${599 - i} é😀`), host.intern(`${i} é😀`)];
    assert.equal(ours, theirs);
  }
  for (let i = 0; i < 600; i++) assert.equal(site.hashes()[599 - i], host.hashes[i]);
});

Deno.test("a snapshot goes on where it was taken", () => {
  const before = new SiteSymbols(true);
  before.intern("mine");
  before.take(frameOf([0], { first: 0, texts: ["a"] }), "host", COLUMNS);
  before.tell(frameOf([0]), "host");
  const after = new SiteSymbols(true);
  after.restore(structuredClone(before.snapshot()));
  assert.deepEqual(textsOf(after, after.take(frameOf([0]), "host", COLUMNS)), ["a"]);
  assert.equal(after.intern("mine"), 0);
  after.intern("new");
  assert.deepEqual(after.tell(frameOf([0]), "host").symbols, { first: 2, texts: ["new"] });
});
