/** The licences of all packages that the program is made with, as their own files state them. */
import { join } from "node:path";
import type { InstalledPackage } from "./contents.ts";

export interface PackageLicense {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Text of the licence file, where the package has one. */
  readonly text?: string;
}

/** Licences whose works may be passed on within one under Apache-2.0. */
const COMPATIBLE: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unlicense",
];

/** Licences of the packages, by name. */
export async function readLicenses(
  root: string,
  packages: readonly InstalledPackage[],
): Promise<PackageLicense[]> {
  return await Promise.all(packages.map(async ({ name, folder }) => {
    const path = join(root, folder);
    const manifest = JSON.parse(await Deno.readTextFile(join(path, "package.json")));
    const text = await licenseText(path);
    return {
      name,
      version: String(manifest.version),
      license: licenseOf(manifest),
      ...(text !== undefined && { text }),
    };
  }));
}

/** True if the program may be passed on under Apache-2.0 with a package of that licence in it. */
export function isCompatible(license: string): boolean {
  const alternatives = license.replaceAll(/[()]/g, "").split(/ OR /i);
  return alternatives.some((all) =>
    all.split(/ AND /i).every((name) => COMPATIBLE.includes(name.trim()))
  );
}

/** The page that goes with the program: a list, then each text once. */
export function licensePage(licenses: readonly PackageLicense[]): string {
  const list = licenses.map(({ name, version, license }) => `${name} ${version}: ${license}`);
  const texts = Map.groupBy(
    licenses.filter(({ text }) => text !== undefined),
    ({ text }) => text?.trim() ?? "",
  );
  const sections = [...texts].map(([text, same]) =>
    `${"=".repeat(72)}\n${same.map(({ name }) => name).join(", ")}\n\n${text}\n`
  );
  return `Featurizer contains these packages:\n\n${list.join("\n")}\n\n${sections.join("\n")}`;
}

function licenseOf(manifest: { license?: unknown; licenses?: unknown }): string {
  const { license, licenses } = manifest;
  if (typeof license === "string") return license;
  const list: unknown[] = Array.isArray(licenses)
    ? licenses
    : license === undefined
    ? []
    : [license];
  const names = list.map((one) =>
    typeof one === "object" && one !== null && "type" in one ? String(one.type) : String(one)
  );
  return names.length === 0 ? "UNKNOWN" : names.join(" OR ");
}

async function licenseText(folder: string): Promise<string | undefined> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && /^(licen[sc]e|copying)(\.|-|$)/i.test(name)) {
      return await Deno.readTextFile(join(folder, name));
    }
  }
  return undefined;
}
