/** Paths as people type them. */
import { isAbsolute, relative } from "node:path";

/** The path from the working folder, if it lies inside. */
export function pathText(path: string): string {
  const short = relative(Deno.cwd(), path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}
