/** Tries each plugin named by the arguments and prints what became of it, one JSON line each. */
import type { Thread } from "../../../../runtime/threads.ts";
import { type HostContext, runInHost, stopBundler } from "../../../../runtime/worker/mod.ts";
import { tryPlugin } from "./try_plugin.ts";

runInHost(async (args, context) => {
  const { launcher, signal } = context;
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
  if (args[0] === "raw") return await tryRaw(context);
  for (const path of args) console.log(JSON.stringify(await tryPlugin(path, launcher)));
  await stopBundler();
  return 0;
});

const OWN_MODULE = new URL(`data:application/javascript,
self.onmessage = ({ data: port }) => port.onmessage = ({ data: file }) => {
  port.postMessage(Deno.readTextFileSync(file).length);
};`);

async function reads(thread: Thread): Promise<boolean> {
  thread.port.postMessage("deno.json");
  return await new Promise((resolve) => thread.port.onmessage = ({ data }) => resolve(data > 0));
}

/** A plugin's worker without the lockdown: what it may do is what it inherits; and threads before and after it. */
async function tryRaw({ launcher, startThread }: HostContext): Promise<number> {
  const own = [startThread(OWN_MODULE, "before")];
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
  own.push(startThread(OWN_MODULE, "after"));
  const ownRead = await Promise.all(own.map(reads));
  own[0]?.port.postMessage("no such file");
  const failure = await own[0]?.failed;
  for (const thread of own) await thread.terminate();
  const hostReads = Deno.readTextFileSync("deno.json").length > 0;
  console.log(JSON.stringify({ told, hostReads, ownRead, failure }));
  return 7;
}
