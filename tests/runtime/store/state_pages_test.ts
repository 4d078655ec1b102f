import assert from "node:assert/strict";
import {
  type KnownParts,
  PAGE_BYTES,
  pagesOf,
  pageStates,
} from "../../../runtime/store/state_pages.ts";

/** Pages states one after the other; tells how many pages each of them adds. */
function pager() {
  let known: KnownParts = new Map();
  let nextPage = 1;
  return (state: unknown, name = "s") => {
    const paged = pageStates(new Map([[name, structuredClone(state)]]), { known, nextPage });
    ({ known, nextPage } = paged);
    return paged;
  };
}

function array(pages: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(pages * PAGE_BYTES);
}

Deno.test("only pages that changed are new", () => {
  const page = pager();
  const bytes = array(10);
  assert.equal(page(bytes).newPages.length, 11);
  assert.equal(page(bytes).newPages.length, 0);
  bytes[3 * PAGE_BYTES] = 1;
  bytes[9 * PAGE_BYTES + 5] = 1;
  const { newPages, states } = page(bytes);
  assert.deepEqual(newPages.map(({ data }) => data.indexOf(1)), [0, 5]);
  assert.deepEqual([...states[0]!.parts[0]!.pages], [2, 3, 4, 12, 6, 7, 8, 9, 10, 13]);
});

Deno.test("an array that grows or shrinks keeps the pages it had", () => {
  const page = pager();
  page(array(4));
  assert.equal(page(array(6)).newPages.length, 2);
  assert.equal(page(array(3)).newPages.length, 0);
  const cut = page(array(3).subarray(0, 2 * PAGE_BYTES + 10));
  assert.deepEqual(cut.newPages.map(({ data }) => data.byteLength), [10]);
});

Deno.test("a page that was gone for one checkpoint is written again", () => {
  const page = pager();
  page(array(4));
  page(array(3));
  assert.equal(page(array(4)).newPages.length, 1);
});

Deno.test("a change in one array leaves the pages of others alone, also beside new ones", () => {
  const page = pager();
  page({ a: array(2), map: new Map([["x", array(2)], ["y", array(2)]]) });
  const more = page({
    new: array(1),
    a: array(2),
    map: new Map([["y", array(2)], ["z", array(1)]]),
  });
  // The skeleton and the two new arrays.
  assert.equal(more.newPages.length, 3);
  assert.equal(new Set(pagesOf(more.states)).size, pagesOf(more.states).length);
});

Deno.test("states of different names share nothing", () => {
  const page = pager();
  page(array(2), "a");
  assert.equal(page(array(2), "b").newPages.length, 3);
});

Deno.test("a large skeleton is paged too", () => {
  const page = pager();
  const names = new Map(Array.from({ length: 50_000 }, (_, i) => [`key ${i}`, i]));
  const first = page(names);
  assert.ok(first.newPages.length > 10);
  assert.equal(page(names).newPages.length, 0);
  names.set("one more", 1);
  assert.equal(page(names).newPages.length, 1);
});
