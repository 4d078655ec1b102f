/** Where a store is: a file of this machine or a libSQL server. */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FeaturizerError } from "../errors.ts";

export type StoreLocation =
  | {
    readonly kind: "file";
    /** For messages. */
    readonly name: string;
    /** Absolute. */
    readonly path: string;
    readonly url: string;
  }
  | {
    readonly kind: "server";
    /** For messages: the URL without user, password and query. */
    readonly name: string;
    readonly url: string;
  };

/** Understands a path, `file:path`, `libsql://`, `http(s)://` and `ws(s)://`. */
export function parseStoreLocation(text: string): StoreLocation {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return fileLocation(text);
  if (scheme === "file") {
    return fileLocation(text.startsWith("file://") ? filePathOf(text) : text.slice("file:".length));
  }
  if (!SERVER_SCHEMES.includes(scheme)) throw invalidLocation(`${scheme}:…`);
  try {
    const { protocol, host, pathname } = new URL(text);
    return { kind: "server", name: `${protocol}//${host}${pathname}`, url: text };
  } catch {
    throw invalidLocation(`${scheme}:…`);
  }
}

/** A file beside another: of `store.db` and `log` it is `store.log.db`. */
export function siblingFile(
  { name, path }: Extract<StoreLocation, { readonly kind: "file" }>,
  mark: string,
): StoreLocation {
  const renamed = (file: string) => file.replace(/(\.db)?$/, `.${mark}.db`);
  return {
    kind: "file",
    name: renamed(name),
    path: renamed(path),
    url: pathToFileURL(renamed(path)).href,
  };
}

const SERVER_SCHEMES: readonly string[] = ["libsql", "http", "https", "ws", "wss"];

function fileLocation(path: string): StoreLocation {
  if (path === "") throw invalidLocation(path);
  const absolute = resolve(path);
  return { kind: "file", name: path, path: absolute, url: pathToFileURL(absolute).href };
}

function filePathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw invalidLocation(url);
  }
}

/** `shown` leaves out what may be a secret. */
function invalidLocation(shown: string): FeaturizerError {
  return new FeaturizerError(`Cannot open store "${shown}": it is neither a path nor a known URL`, {
    code: "STORE_URL_INVALID",
    hint: "Give a file path, file:path, libsql://host or http://host.",
  });
}
