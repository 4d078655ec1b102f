/** The process's entry: everything the user asks for happens in the host, see `nursery.ts` for why. */
import manifest from "../../deno.json" with { type: "json" };

/** Of log and checkpoints. */
const STORE_THREADS = 2;

// Programs ask for the version, often: it needs no thread and nothing of the product.
if (["--version", "-v"].includes(Deno.args[0] ?? "")) {
  console.log(`featurizer ${manifest.version}`);
} else {
  const { runNursery } = await import("./nursery.ts");
  const store = new URL("../store/worker_main.ts", import.meta.url);
  const isServing = ["serve", "replay"].includes(Deno.args[0] ?? "");
  runNursery(new URL("./host.ts", import.meta.url), Deno.args, {
    ahead: isServing ? { module: store, threads: STORE_THREADS } : undefined,
  });
}
