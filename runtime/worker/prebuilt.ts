/**
 * What the compiled program brings along ready-made. In a checkout it is not there, and is made each time, so that
 * every change of the engine is in it.
 */
import type { GuestBundle } from "./bundle.ts";

/** Made by `runtime/release`. */
const RUNTIME = new URL("./guest_runtime.js", import.meta.url);

let reading: Promise<GuestBundle | undefined> | undefined;

/** The guest that runs generated code alone; read once. */
export function prebuiltRuntime(): Promise<GuestBundle | undefined> {
  return reading ??= readRuntime();
}

async function readRuntime(): Promise<GuestBundle | undefined> {
  try {
    return { code: await Deno.readTextFile(RUNTIME), files: new Map() };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
