import assert from "node:assert/strict";
import type { Stream } from "../../../dsl/plan/graph.ts";
import { sightOf } from "../../../dsl/plan/sight.ts";

const EVENTS: Stream = {
  id: 0,
  site: 0,
  columns: [],
  time: "ts",
  places: [1],
  madeBy: undefined,
  partition: [],
  keyOrder: undefined,
  producer: undefined,
};
const MADE: Stream = { ...EVENTS, places: [], madeBy: "f", keyOrder: [0, 1] };

function sight(queries: Stream, rows: Stream, keys: readonly number[], excludesCurrent = false) {
  return sightOf(queries, { rows, keys, excludesCurrent });
}

Deno.test("sightOf() tells moments, rows of one source and of others apart", () => {
  assert.equal(sight({ ...EVENTS, places: [] }, EVENTS, []), "time");
  assert.equal(sight(EVENTS, EVENTS, []), "position");
  assert.equal(sight(EVENTS, { ...EVENTS, places: [2] }, []), "time");
  assert.deepEqual(sight(EVENTS, { ...EVENTS, places: [2, 1] }, []), { places: [1] });
});

Deno.test("sightOf() orders rows of one feature within an instant only where a key has several or one counts", () => {
  assert.equal(sight(MADE, { ...MADE, madeBy: "g" }, [0, 1]), "beside");
  assert.equal(sight(MADE, EVENTS, []), "position");
  assert.equal(sight(MADE, MADE, [1, 0]), "position");
  const order = { order: { queries: [0, 1], rows: [0, 1] } };
  assert.deepEqual(sight(MADE, MADE, [1, 0], true), order);
  assert.deepEqual(sight(MADE, MADE, [1]), order);
});
