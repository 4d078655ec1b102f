/** Writing small files so that nobody sees half of one. */
import { dirname } from "node:path";

/** Writes beside the path and renames; makes the folder if it is not there. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await Deno.writeTextFile(partial, text);
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => undefined);
    throw error;
  }
}
