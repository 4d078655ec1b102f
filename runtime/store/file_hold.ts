/** The hold on a file store: a lock of the operating system on a file beside it, which no crash leaves behind. */
import { dirname } from "node:path";
import { FeaturizerError } from "../errors.ts";
import type { StoreLocation } from "./location.ts";

/** Who holds a store that could not be held. */
export interface HeldByOther {
  readonly holder: string;
}

type FileLocation = Extract<StoreLocation, { readonly kind: "file" }>;

export async function holdFile(location: FileLocation): Promise<AsyncDisposable | HeldByOther> {
  const file = await openLockFile(location);
  try {
    if (!await file.tryLock(true)) return { holder: await holderOf(file) };
    await file.truncate(0);
    await file.write(new TextEncoder().encode(String(Deno.pid)));
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    [Symbol.asyncDispose]: () => {
      file.close();
      return Promise.resolve();
    },
  };
}

/** Beside the file itself, by whatever name it is called. */
async function openLockFile({ path, name }: FileLocation): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    const real = await Deno.realPath(path).catch(() => path);
    return await Deno.open(`${real}.lock`, { read: true, write: true, create: true });
  } catch (cause) {
    throw new FeaturizerError(`Cannot use store "${name}": its lock file cannot be made`, {
      code: "STORE_UNWRITABLE",
      domain: "external",
      cause,
      hint: "Check that you may write there, or give another path.",
    });
  }
}

async function holderOf(file: Deno.FsFile): Promise<string> {
  const text = new Uint8Array(32);
  const length = await file.read(text) ?? 0;
  file.close();
  const pid = new TextDecoder().decode(text.subarray(0, length));
  return pid === String(Deno.pid) ? "this process" : `process ${pid || "of another user"}`;
}
