/** A process laid out as the product's, with a host that tries plugins instead of running commands. */
import { runNursery } from "../../../../runtime/cli/nursery.ts";

runNursery(new URL("./nursery_host.ts", import.meta.url), Deno.args);
