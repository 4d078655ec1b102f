/** A store worker that dies of the command "crash", as of a failure of its own. */
/// <reference lib="deno.worker" />
import "../../../runtime/store/worker_main.ts";

// Deno prints what kills a worker.
Error.stackTraceLimit = 0;

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener("message", ({ data: port }: MessageEvent<MessagePort>) => {
  port.addEventListener("message", ({ data }: MessageEvent<{ readonly name?: string }>) => {
    if (data.name === "crash") throw new Error("the worker is dead");
  });
});
