/** Commits checkpoint after checkpoint to the store given as argument; writes the id of each one that is committed. */
import { openCheckpointStore } from "../../../runtime/store/mod.ts";
import { checkpointDraft } from "./live_samples.ts";

const store = await openCheckpointStore(Deno.args[0]);
const newest = await store.newest("p");
let position = newest?.positions["p.s"] ?? 0;
for (;;) {
  position++;
  // Every element tells the checkpoint: a page of another one shows.
  const states = new Map([["s", new Float64Array(200_000).fill(position)]]);
  const block = new Uint8Array(1000).fill(position);
  const times = { startUs: position, endUs: position };
  await store.commit(checkpointDraft({
    states,
    positions: { "p.s": position },
    rows: [{ series: "f", first: position, count: 1, ...times, block }],
  }));
  console.log(position);
}
