import assert from "node:assert/strict";
import { NULL_SYMBOL, SymbolTable } from "../../../runtime/arrow/mod.ts";

const encoder = new TextEncoder();

function internBytes(table: SymbolTable, text: string): number {
  const bytes = encoder.encode(`<${text}>`);
  return table.internUtf8(bytes, 1, bytes.length - 1);
}

Deno.test("SymbolTable numbers texts in order of appearance, from strings and bytes alike", () => {
  const table = new SymbolTable();
  assert.equal(table.intern("b"), 0);
  assert.equal(internBytes(table, "a"), 1);
  assert.equal(internBytes(table, "b"), 0);
  assert.equal(table.intern("a"), 1);
  assert.equal(table.intern(""), 2);
  assert.deepEqual(table.textsFrom(1), ["a", ""]);
  assert.equal(table.size, 3);
});

Deno.test("SymbolTable keeps every text while it grows", () => {
  const table = new SymbolTable();
  const texts = Array.from(
    { length: 20_000 },
    (_, i) => `symbol ${i * 7919} é ${"x".repeat(i % 50)}`,
  );
  texts.forEach((text, code) => assert.equal(internBytes(table, text), code));
  texts.forEach((text, code) => assert.equal(table.intern(text), code));
  assert.deepEqual(table.textsFrom(0), texts);
});

Deno.test("SymbolTable.text() keeps a byte order mark", () => {
  const table = new SymbolTable();
  assert.equal(table.text(internBytes(table, "\ufeffa")), "\ufeffa");
});

Deno.test("SymbolTable gives bytes that are no UTF-8 the code of the text they decode to", () => {
  const table = new SymbolTable();
  const broken = table.internUtf8(Uint8Array.of(0x61, 0xff), 0, 2);
  assert.equal(table.text(broken), "a\ufffd");
  assert.equal(table.intern("a\ufffd"), broken);
  assert.equal(table.internUtf8(Uint8Array.of(0x61, 0xfe), 0, 2), broken);
  assert.deepEqual(table.utf8(broken), encoder.encode("a\ufffd"));
});

Deno.test("SymbolTable orders by UTF-8 bytes, not by UTF-16 units", () => {
  const table = new SymbolTable();
  const sorted = ["", "A", "AB", "B", "a", "é", "日", "\uffee", "😀"];
  for (const text of [...sorted].reverse()) table.intern(text);
  const ranks = table.ranks();
  assert.deepEqual(sorted.map((text) => ranks[table.intern(text)]), sorted.map((_, i) => i));
  assert.ok(table.compare(table.intern("\uffee"), table.intern("😀")) < 0);
  assert.ok(table.compare(NULL_SYMBOL, table.intern("")) < 0);
  table.intern("AA");
  assert.equal(table.ranks().length, sorted.length + 1);
});

Deno.test("SymbolTable.groupOf() depends on the text alone and spreads", () => {
  const first = new SymbolTable();
  const second = new SymbolTable();
  second.intern("something before");
  const seen = new Set<number>();
  for (let i = 0; i < 5000; i++) {
    const code = first.intern(`key${i}`);
    assert.equal(first.groupOf(code), second.groupOf(second.intern(`key${i}`)));
    assert.equal(first.hashes[code]! >>> 24, first.groupOf(code));
    seen.add(first.groupOf(code));
  }
  assert.equal(seen.size, 256);
  assert.equal(first.groupOf(first.intern("BTC-USDT")), 230);
});

Deno.test("SymbolTable.text() refuses codes it does not have", () => {
  assert.throws(() => new SymbolTable().text(0), RangeError);
  assert.throws(() => new SymbolTable().text(NULL_SYMBOL), RangeError);
});

Deno.test("SymbolTable.restore() gives texts their codes again, after those it has", () => {
  const table = new SymbolTable();
  for (const text of ["b", "", "😀", "a"]) table.intern(text);
  const state = table.snapshot();
  table.intern("later");
  const other = new SymbolTable();
  other.intern("b");
  other.restore(state);
  assert.deepEqual(other.textsFrom(0), ["b", "", "😀", "a"]);
  assert.equal(other.intern("new"), 4);
  const strange = new SymbolTable();
  strange.intern("a");
  assert.throws(() => strange.restore(state), RangeError);
});
