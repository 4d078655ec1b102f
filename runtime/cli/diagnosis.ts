/** What `featurizer doctor` looks at: each examination tells what it found, and what to do about it. */
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { DEFAULT_STORE, holdStore, inspectStore, type StoreFileReport } from "../store/mod.ts";
import { startBundler, stopBundler } from "../worker/mod.ts";
import { errorRecord } from "./error_text.ts";

export interface Finding {
  readonly what: string;
  readonly state: "ok" | "warning" | "wrong";
  readonly found: string;
  /** What to do about it. */
  readonly hint?: string;
}

const TESTED_DENO = "2.9.6";
const MEGABYTE = 1e6;
const LOW_DISK = 1000 * MEGABYTE;
const FULL_DISK = 50 * MEGABYTE;
const AHEAD_US = 60e6;

const NEEDED: readonly Deno.PermissionDescriptor[] = [
  { name: "read" },
  { name: "write" },
  { name: "net" },
  { name: "env" },
  { name: "run" },
  { name: "ffi" },
  { name: "sys", kind: "cpus" },
  { name: "sys", kind: "hostname" },
  { name: "sys", kind: "networkInterfaces" },
  { name: "sys", kind: "statfs" },
];

/** Looks at everything, one after the other; nothing that exists is changed. */
export async function diagnose(store: string = DEFAULT_STORE): Promise<readonly Finding[]> {
  const isFile = !/^[a-z][a-z0-9+.-]+:\/\//i.test(store);
  return [
    versions(),
    await permissions(),
    await examine("plugins", bundler),
    ...(isFile ? [await examine("disk", () => disk(store))] : []),
    await examine("lock", () => lock(store, isFile)),
    ...await storeFiles(store),
  ];
}

async function examine(what: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    const { message, hint } = errorRecord(error);
    return { what, state: "wrong", found: message, ...(hint !== undefined && { hint }) };
  }
}

function versions(): Finding {
  const { os, arch, standalone } = Deno.build;
  const found = `featurizer ${manifest.version}, Deno ${Deno.version.deno}, ${os} ${arch}`;
  if (standalone || Deno.version.deno === TESTED_DENO) return ok("version", found);
  const hint = `Deno ${TESTED_DENO} is the version that is tested: deno upgrade ${TESTED_DENO}`;
  return { what: "version", state: "warning", found, hint };
}

async function permissions(): Promise<Finding> {
  const states = await Promise.all(NEEDED.map((needed) => Deno.permissions.query(needed)));
  const missing = NEEDED.filter((_, index) => states[index]?.state !== "granted");
  const what = "permissions";
  if (missing.length === 0) return ok(what, "all that it needs; plugins get none of them");
  const found = `not granted: ${missing.map(({ name }) => name).join(", ")}`;
  return { what, state: "wrong", found, hint: "Start it with `deno run -A --no-prompt`." };
}

/** The bundler is a program of its own: the one part that the system may refuse to start. */
async function bundler(): Promise<Finding> {
  try {
    await startBundler();
  } finally {
    await stopBundler();
  }
  return ok("plugins", "can be bundled");
}

async function disk(store: string): Promise<Finding> {
  const folder = await nearestFolder(dirname(resolve(store.replace(/^file:/, ""))));
  const probe = await Deno.makeTempFile({ dir: folder, prefix: ".featurizer-" });
  await Deno.remove(probe);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${Math.floor(free / MEGABYTE).toLocaleString("en")} MB free at ${folder}`;
  if (free >= LOW_DISK) return ok("disk", found);
  const state = free < FULL_DISK ? "wrong" : "warning";
  return { what: "disk", state, found, hint: "Make room, or name a store elsewhere with --store." };
}

async function nearestFolder(folder: string): Promise<string> {
  for (;;) {
    if (await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false)) return folder;
    folder = dirname(folder);
  }
}

/** A store that is not there is not made, and one that is served is as it should be. */
async function lock(store: string, isFile: boolean): Promise<Finding> {
  const path = store.replace(/^file:/, "");
  if (isFile && !await Deno.stat(path).then(() => true, () => false)) {
    return ok("lock", `no store at ${path} yet`);
  }
  try {
    await (await holdStore(store))[Symbol.asyncDispose]();
    return ok("lock", "nobody serves from the store");
  } catch (error) {
    const { code, message } = errorRecord(error);
    if (code === "STORE_IN_USE") return ok("lock", message.slice(message.indexOf(": ") + 2));
    throw error;
  }
}

async function storeFiles(store: string): Promise<readonly Finding[]> {
  try {
    const reports = await inspectStore(store);
    const nowUs = Date.now() * 1000;
    return [...reports.map(storeFile), clock(reports, nowUs)];
  } catch (error) {
    return [await examine("store", () => Promise.reject(error))];
  }
}

function storeFile({ path, bytes, version, newest, damage }: StoreFileReport): Finding {
  const what = "store";
  const size = `${path}, ${(bytes / MEGABYTE).toFixed(1)} MB`;
  if (damage.length > 0) {
    const hint = "Keep the file, and take the last copy of it; a server makes its state again " +
      "from a whole log with `serve --from-history`.";
    return { what, state: "wrong", found: `${size}: ${damage.join("; ")}`, hint };
  }
  if (version === undefined) {
    const hint = "Give a path of its own for the store.";
    return { what, state: "wrong", found: `${size}: a database of another program`, hint };
  }
  if (version <= newest) return ok(what, `${size}: whole, schema ${version}`);
  const hint = "Use the newer Featurizer that made it, or another store.";
  const found = `${size}: schema ${version}, this Featurizer knows ${newest}`;
  return { what, state: "wrong", found, hint };
}

/** Clocks that were put back make rows late, and times repeat. */
function clock(reports: readonly StoreFileReport[], nowUs: number): Finding {
  const found = new Date(nowUs / 1000).toISOString();
  const ahead = reports.filter(({ changedUs }) => changedUs > nowUs + AHEAD_US);
  if (ahead.length === 0) return ok("clock", found);
  const newest = new Date(Math.max(...ahead.map(({ changedUs }) => changedUs)) / 1000);
  return {
    what: "clock",
    state: "wrong",
    found: `${found}, but the store was written at ${newest.toISOString()}`,
    hint: "Set the clock of this machine, and keep it set with NTP.",
  };
}

function ok(what: string, found: string): Finding {
  return { what, state: "ok", found };
}
