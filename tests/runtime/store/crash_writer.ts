/** Writes to the store given as argument for ever: one committed series, then blocks of one that is not. */
import { openStore } from "../../../runtime/store/mod.ts";
import { block, blocks, series } from "./conformance.ts";

const store = await openStore(Deno.args[0]);
await store.writeSeries(series("committed"), blocks(3));
const writer = await store.openSeriesWriter(series("staged"));
for (let i = 0;; i++) {
  await writer.write(block(i, 1 << 16));
  console.log(i);
}
