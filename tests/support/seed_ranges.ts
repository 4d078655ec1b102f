/** A long run of seeds in processes of their own, so that neither memory nor one processor bounds it. */
import { fileURLToPath } from "node:url";

/** Seeds of one process: compiled code that is kept for them stays small. */
const RANGE = 2000;
/** A fault that many seeds meet is told this often, not by each range. */
const MOST_FAILURES = 3;

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

export interface SeedRange {
  readonly first: number;
  readonly cases: number;
}

/** True for so few seeds that the process that asks runs them itself. */
export function isOneRange(cases: number): boolean {
  return cases <= RANGE;
}

export function rangesOf({ first, cases }: SeedRange): readonly SeedRange[] {
  return Array.from({ length: Math.ceil(cases / RANGE) }, (_, i) => ({
    first: first + i * RANGE,
    cases: Math.min(RANGE, cases - i * RANGE),
  }));
}

/** Runs a test file once for each range, one at a time on each processor; gives the output of what failed. */
export async function failuresInRanges(
  file: URL,
  seeds: SeedRange,
  onPassed: (range: SeedRange) => void,
): Promise<readonly string[]> {
  const waiting = rangesOf(seeds).values();
  const failures: string[] = [];
  // All take from one iterator: what is taken is gone for the others.
  const runWaiting = async () => {
    for (const range of waiting) {
      const { success, text } = await testRange(file, range);
      if (success) onPassed(range);
      else failures.push(text);
      if (failures.length >= MOST_FAILURES) return;
    }
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, runWaiting));
  return failures;
}

async function testRange(
  file: URL,
  { first, cases }: SeedRange,
): Promise<{ readonly success: boolean; readonly text: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-prompt", "--no-check", "--config", CONFIG, fileURLToPath(file)],
    env: { NO_COLOR: "1", FEATURIZER_SEED: String(first), FEATURIZER_CASES: String(cases) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}
