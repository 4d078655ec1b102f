/** The packages that are installed in `node_modules`. */
import type { InstalledPackage } from "./contents.ts";

const FOLDER = "node_modules/.deno";

/** All of them, each once, by name. `root` is the repository's. */
export function installedPackages(root: string): InstalledPackage[] {
  return [...Deno.readDirSync(`${root}/${FOLDER}`)]
    .filter(({ isDirectory, name }) => isDirectory && name.includes("@"))
    .map(({ name }) => {
      const packageName = name.slice(0, name.lastIndexOf("@")).replace("+", "/");
      return {
        name: packageName,
        folder: `${FOLDER}/${name}/node_modules/${packageName}`,
      };
    })
    .filter(({ folder }) => isThere(`${root}/${folder}/package.json`))
    .sort((left, right) => left.folder < right.folder ? -1 : 1);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
