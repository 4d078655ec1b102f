/** The store that a command line means. */
import { FeaturizerError } from "../errors.ts";
import { DEFAULT_STORE, openStore, type Store } from "../store/mod.ts";
import type { CommandOption, Invocation } from "./command_spec.ts";
import { isFile } from "./is_file.ts";

export const STORE_OPTION: CommandOption = {
  type: "string",
  value: "URL",
  tells: `store: a path or libsql://…; default ${DEFAULT_STORE.replace("file:", "")}`,
};

/**
 * Opens the store for reading; a file that is not there is an error, not a new store. The store stays in
 * this thread: nothing else is under way, and a worker started from a worker takes a second to begin.
 */
export async function openExistingStore(invocation: Invocation): Promise<Store> {
  await requireStoreFile(invocation);
  return await openStore(invocation.text("store") ?? DEFAULT_STORE, { thread: "caller" });
}

/** Throws if the store is a file that is not there. */
export async function requireStoreFile(invocation: Invocation): Promise<void> {
  await requireStoreAt(invocation.text("store") ?? DEFAULT_STORE, "store");
}

/** The same of a store that another option names. */
export async function requireStoreAt(url: string, option: string): Promise<void> {
  const path = url.replace(/^file:(?!\/\/)/, "");
  if (/^[a-z][a-z0-9+.-]+:/i.test(path) || await isFile(path)) return;
  throw new FeaturizerError(`Cannot open store "${path}": there is no such file`, {
    code: "STORE_NOT_FOUND",
    hint: `featurizer run or serve creates it; --${option} names another one`,
  });
}
