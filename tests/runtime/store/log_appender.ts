/** Appends to the log given as argument for ever; writes the last position of each append once it is acknowledged. */
import { openEventLog } from "../../../runtime/store/mod.ts";
import { logDraft } from "./live_samples.ts";

const log = await openEventLog(Deno.args[0]);
const end = (await log.ends())[0]?.last ?? 0;
let first = end + 1;
for (;;) {
  const appends = Array.from({ length: 4 }, async () => {
    const draft = logDraft(first, {
      block: new Uint8Array(50_000).fill(first),
      cursor: `${first}`,
    });
    first += 10;
    await log.append(draft);
    console.log(draft.last);
  });
  await Promise.all(appends);
}
