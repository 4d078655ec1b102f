/** All event-driven windows of a kernel: sliding, last n and ever. */
import type { AggregateCall } from "../typed_ast.ts";
import { storageOf } from "../types.ts";
import { keyOf } from "./expression.ts";
import type { LogCounters } from "./kernel_text.ts";
import type { Lanes, WindowNeeds } from "./lanes.ts";
import { writeLastRowsWindow } from "./last_rows_window.ts";
import { slotName } from "./quote.ts";
import { writeRowLog } from "./row_log.ts";
import { writeSlidingWindow } from "./sliding_window.ts";
import type { StateWriter } from "./state.ts";
import { type TiledText, writeTiledWindow } from "./tiles/tiled_window.ts";
import { tiledWindowOf } from "./tiles/tiling.ts";
import { type WindowText, writeAddingWindow } from "./window.ts";

/** Texts in the order they stand in at a row. */
export interface EventWindows {
  readonly expire: string;
  readonly leave: string;
  /** Values of the calls that exclude the current row; after all reads of them were written. */
  excluded(): string;
  readonly enter: string;
  /** Before values are read: at a row behind `enter`, at a query behind `expire`. */
  readonly read: string;
  /** The windows that keep tiles. */
  readonly tiled: readonly TiledText[];
  /** Everything of slot `k` goes; after `expire`. */
  readonly forget: string;
  readonly log: LogCounters | undefined;
  /** The longest sliding window; 0 without one. */
  readonly spanUs: number;
  /** Text of a call's value now. */
  value(call: AggregateCall): string;
  /** The same at a row, once it has entered. */
  valueAtRow(call: AggregateCall): string;
}

interface EventWindowsOptions {
  readonly forgets: boolean;
  /** Every aggregate call of the kernel. */
  readonly calls: readonly AggregateCall[];
  readonly tiledFromUs?: number | undefined;
}

export function writeEventWindows(
  lanes: Lanes,
  state: StateWriter,
  options: EventWindowsOptions,
): EventWindows {
  const { texts, tiled, log } = writeTexts(lanes, state, options);
  const all = [...texts.values()];
  const value = (call: AggregateCall) =>
    columnText(call, texts.get(JSON.stringify(call.window))!.value(call));
  const read = lines(all.map(({ read }) => read));
  const excluded = new Map<string, { name: string; call: AggregateCall }>();
  return {
    expire: lines(all.map(({ expire }) => expire)),
    leave: lines(all.map(({ leave }) => leave)),
    excluded: () => {
      if (excluded.size === 0) return "";
      const values = [...excluded.values()];
      return lines([read, ...values.map(({ name, call }) => `const ${name} = ${value(call)};`)]);
    },
    enter: lines([log?.append, ...all.map(({ enter }) => enter)]),
    read,
    tiled,
    forget: lines([...all.map(({ forget }) => forget), log?.forget]),
    log: log && {
      counters: all.flatMap(({ counters }) => counters ?? []),
      rows: all.flatMap(({ rows }) => rows === undefined ? [] : [rows]),
    },
    spanUs: Math.max(
      0,
      ...lanes.windows.map(({ window }) => window.kind === "sliding" ? window.widthUs : 0),
    ),
    value,
    valueAtRow: (call) => {
      if (!call.excludesCurrent) return value(call);
      const key = keyOf(call);
      const known = excluded.get(key) ?? { name: slotName("e$", excluded.size), call };
      excluded.set(key, known);
      return known.name;
    },
  };
}

/** The text of each window, by its JSON. */
function writeTexts(
  lanes: Lanes,
  state: StateWriter,
  { forgets, calls, tiledFromUs }: EventWindowsOptions,
) {
  const tilingOf = ({ window }: WindowNeeds) => tiledWindowOf(window, calls, tiledFromUs);
  const logged = lanes.windows.filter((entry) =>
    entry.window.kind === "sliding" && !tilingOf(entry)
  );
  const log = logged.length > 0
    ? writeRowLog(logged, state, { forgets, manifest: lanes.manifest })
    : undefined;
  const tiled: TiledText[] = [];
  const write = (entry: WindowNeeds, index: number): WindowText => {
    const { kind } = entry.window;
    const tiling = tilingOf(entry);
    if (tiling) {
      const text = writeTiledWindow(entry, lanes, { state, tiling, index, forgets });
      tiled.push(text);
      return text;
    }
    if (kind === "sliding" && log) return writeSlidingWindow(entry, lanes, { state, log, index });
    if (kind === "last") return writeLastRowsWindow(entry, lanes, state);
    return writeAddingWindow(entry, lanes, state);
  };
  const texts = new Map(
    lanes.windows.map((entry, index) => [JSON.stringify(entry.window), write(entry, index)]),
  );
  return { texts, tiled, log };
}

/** Windows give a symbol as a number whose null is NaN. */
export function columnText({ type }: AggregateCall, value: string): string {
  return storageOf(type) === "symbol" ? `codeOf(${value})` : value;
}

function lines(texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== "").join("\n");
}
