/** The process's entry: everything the user asks for happens in the host, see `nursery.ts` for why. */
import { runNursery } from "./nursery.ts";

runNursery(new URL("./host.ts", import.meta.url), Deno.args);
