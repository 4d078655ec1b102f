/**
 * Makes what a release consists of, in `out/release`: the program for this platform, its licences, the
 * changelog and checksums of all. The version is that of `deno.json`.
 */
import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { compile, ROOT } from "./compile.ts";
import { installedPackages } from "./installed_packages.ts";
import { isCompatible, licensePage, readLicenses } from "./licenses.ts";
import { hostTarget } from "./targets.ts";

/** Makes a release; throws if a package may not be passed on with it. */
export async function makeRelease(folder: string, runtime?: string): Promise<void> {
  const licenses = await readLicenses(ROOT, installedPackages(ROOT));
  const refused = licenses.filter(({ license }) => !isCompatible(license));
  if (refused.length > 0) {
    const names = refused.map(({ name, license }) => `${name} (${license})`).join(", ");
    throw new Error(`Cannot release: not compatible with Apache-2.0 are ${names}`);
  }
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  const target = hostTarget();
  const ending = target.name.startsWith("windows") ? ".exe" : "";
  const program = `featurizer-${manifest.version}-${target.name}${ending}`;
  await compile({
    target,
    output: join(folder, program),
    ...(runtime !== undefined && { runtime }),
  });
  await Deno.writeTextFile(join(folder, "THIRD_PARTY_LICENSES.txt"), licensePage(licenses));
  for (const name of ["LICENSE", "CHANGELOG.md"]) {
    await Deno.copyFile(join(ROOT, name), join(folder, name));
  }
  await writeChecksums(folder);
}

/** In the form that `sha256sum --check` reads. */
async function writeChecksums(folder: string): Promise<void> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const lines = await Promise.all(names.map(async (name) => {
    const bytes = await Deno.readFile(join(folder, name));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return `${digest.toHex()}  ${name}\n`;
  }));
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), lines.join(""));
}

if (import.meta.main) {
  const folder = join(ROOT, "out", "release");
  try {
    await makeRelease(folder);
    console.log(await Deno.readTextFile(join(folder, "SHA256SUMS")));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
