/** What a user types to start the program. */

/** A compiled program goes by its name; a checkout by its task. */
export const PROGRAM = Deno.build.standalone ? "featurizer" : "deno task featurizer";

/** A command line written with the program's own name, as this user types it. */
export function asTyped(line: string): string {
  return line.replace(/^featurizer\b/, PROGRAM);
}
