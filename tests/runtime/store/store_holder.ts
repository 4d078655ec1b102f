/** Holds a store until it is killed. */
import { holdStore } from "../../../runtime/store/mod.ts";

await holdStore(Deno.args[0]);
console.log("held");
setInterval(() => {}, 1000);
