/** Platforms that the program is compiled for, and the native packages each needs. */

export interface Target {
  /** As `deno compile --target` names it. */
  readonly triple: string;
  /** As it is called on the command line and in the names of artefacts. */
  readonly name: string;
  readonly addons: readonly string[];
}

export const TARGETS: readonly Target[] = [
  {
    name: "linux-x64",
    triple: "x86_64-unknown-linux-gnu",
    addons: ["@libsql/linux-x64-gnu", "@esbuild/linux-x64"],
  },
  {
    name: "linux-arm64",
    triple: "aarch64-unknown-linux-gnu",
    addons: ["@libsql/linux-arm64-gnu", "@esbuild/linux-arm64"],
  },
  {
    name: "macos-x64",
    triple: "x86_64-apple-darwin",
    addons: ["@libsql/darwin-x64", "@esbuild/darwin-x64"],
  },
  {
    name: "macos-arm64",
    triple: "aarch64-apple-darwin",
    addons: ["@libsql/darwin-arm64", "@esbuild/darwin-arm64"],
  },
  {
    name: "windows-x64",
    triple: "x86_64-pc-windows-msvc",
    addons: ["@libsql/win32-x64-msvc", "@esbuild/win32-x64"],
  },
];

/** The target of that name. */
export function findTarget(name: string): Target {
  const target = TARGETS.find((candidate) => candidate.name === name);
  if (target) return target;
  throw new Error(
    `Cannot compile for "${name}": known are ${TARGETS.map(({ name }) => name).join(", ")}`,
  );
}

/** The platform that this runs on. */
export function hostTarget(): Target {
  const target = TARGETS.find(({ triple }) => triple === Deno.build.target);
  return target ?? findTarget(Deno.build.target);
}
