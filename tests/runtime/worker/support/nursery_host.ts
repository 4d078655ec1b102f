/** Tries each plugin named by the arguments and prints what became of it, one JSON line each. */
import { runInHost, stopBundler, type WorkerLauncher } from "../../../../runtime/worker/mod.ts";
import { tryPlugin } from "./try_plugin.ts";

runInHost(async (args, { launcher, signal }) => {
  if (args[0] === "wait") {
    console.log("waiting");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    console.log("cleaned up");
    return 0;
  }
  if (args[0] === "crash") throw new TypeError("on purpose");
  if (args[0] === "ignore") {
    console.log("ignoring");
    signal.addEventListener("abort", () => console.log("asked to stop"));
    await new Promise(() => {});
  }
  if (args[0] === "raw") return await tryRaw(launcher);
  for (const path of args) console.log(JSON.stringify(await tryPlugin(path, launcher)));
  await stopBundler();
  return 0;
});

/** A worker without the lockdown: what it may do is what it inherits. */
async function tryRaw(launcher: WorkerLauncher): Promise<number> {
  const acts = [
    `Deno.readTextFileSync("deno.json")`,
    `Deno.writeTextFileSync("x", "")`,
    `Deno.env.get("HOME")`,
    `Deno.listen({ port: 0 })`,
    `new Deno.Command("true").outputSync()`,
    `Deno.hostname()`,
    `Deno.dlopen("x.so", {})`,
  ];
  const code = `import { workerData } from "node:worker_threads";
const told = [];
for (const act of ${JSON.stringify(acts)}) {
  try { (0, eval)(act); told.push("done"); } catch (error) { told.push(error.name); }
}
workerData.port.postMessage(told);`;
  const worker = await launcher.launch({ code, name: "raw", heapMb: 64 });
  const told = await new Promise((resolve) => worker.port.onmessage = ({ data }) => resolve(data));
  await worker.terminate();
  console.log(JSON.stringify({ told, hostReads: Deno.readTextFileSync("deno.json").length > 0 }));
  return 7;
}
