/** Case (j): windows of a week and of a month over busy keys: neither time nor memory grows with the window. */
import { runProgram } from "./child_process.ts";

const WIDTHS = ["7d", "30d"];
const DAYS = 60;

/** Each width is a process of its own, which makes its rows, fills the window and moves it on for as long again. */
export async function printTiledWindows({ rows }: { readonly rows: number }): Promise<void> {
  console.log(`(j) tiles, ${rows / 1e6} M rows of 100 keys in ${DAYS} days`);
  for (const width of WIDTHS) {
    const { seconds, peakMb } = await runProgram("tests/bench/tiled_program.ts", [
      width,
      String(rows),
      String(DAYS),
    ]);
    console.log(
      `    over ${width.padEnd(4)} ${(rows / seconds / 1e6).toFixed(2).padStart(6)} M rows/s ` +
        `with the start, peak ${peakMb.toFixed(0)} MB`,
    );
  }
}
