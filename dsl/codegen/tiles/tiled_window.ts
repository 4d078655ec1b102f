/**
 * A sliding window (q - w, q] of tiles: a row costs the same however long the window is.
 *
 * T1 The window cuts one tile, the tail; its value is the tail's rows from there on, the tiles between, and the rows
 *    of the head, merged in order of time. So a value depends on no row before the tail tile.
 * T2 Each row of the tail holds the state of its key's rows from it on; a key's place in the tail only moves forward.
 * T3 What the tiles between add up to is computed anew for a key when it is read for the first time after a turn.
 */
import type { AggregateCall } from "../../typed_ast.ts";
import type { Lane, Lanes, Need, WindowNeeds } from "../lanes.ts";
import { familyOf } from "../parts/registry.ts";
import { quoteNumber, slotName } from "../quote.ts";
import type { StateWriter } from "../state.ts";
import type { WindowText } from "../window.ts";
import { tileFormOf } from "./tile_forms.ts";
import {
  type TileNeed,
  type TilePart,
  TileStates,
  type ValuePlaces,
  type Words,
  wordsOf,
} from "./tile_states.ts";
import type { Tiling } from "./tiling.ts";

export interface TiledText extends WindowText {
  /** Name of the object that holds the tiles. */
  readonly tiled: string;
  readonly keeps: TiledValues;
}

/** How a window is cut, how many operands its rows keep, and how many words a key's state takes. */
export interface TiledValues extends Tiling {
  readonly values: number;
  readonly words: number;
}

export function writeTiledWindow(
  { needs }: WindowNeeds,
  { needOf, manifest }: Lanes,
  { state, tiling, index, forgets }: {
    readonly state: StateWriter;
    readonly tiling: Tiling;
    readonly index: number;
    readonly forgets: boolean;
  },
): TiledText {
  const parts = placed(needs);
  const forms = parts.flatMap((need) => need.parts);
  if (forms.some(({ form }) => form.readsTexts)) manifest.readTexts();
  const empty = forms.flatMap(({ form }) => form.empty);
  const values = valuePlaces(needs);
  const tiled = state.object(
    "t",
    `new env.TiledRows({ tileUs: ${quoteNumber(tiling.tileUs)}, tiles: ${tiling.tiles}, ` +
      `values: ${values.count}, words: ${empty.length} })`,
  );
  const text = new TileStates({ state, tiled, parts, empty, values, forgets });
  const now = empty.map((_, word) => slotName(prefixOf(index), word));
  return {
    tiled,
    keeps: { ...tiling, values: values.count, words: empty.length },
    expire: text.turn(),
    leave: "",
    enter: text.enter(),
    read: text.read(now, tiling.widthUs),
    forget: text.forget(),
    value: (call) => valueText(call, parts, needOf(call), now),
  };
}

/** Windows of one kernel tell their values apart by letters. */
function prefixOf(index: number): string {
  return "tv" + "w".repeat(index);
}

function placed(needs: readonly Need[]): TileNeed[] {
  let from = 0;
  return needs.map((need) => ({
    need,
    parts: [...need.parts.values()].map((part): TilePart => {
      const form = tileFormOf(part);
      if (!form) throw new RangeError(`Cannot write tiles of "${part.name}": it has no form`);
      const at = from;
      from += form.empty.length;
      return { name: part.name, form, from: at };
    }),
  }));
}

function valuePlaces(needs: readonly Need[]): ValuePlaces {
  const places = new Map<Lane, readonly number[]>();
  let count = 0;
  for (const { lane } of needs) {
    if (lane && !places.has(lane)) places.set(lane, lane.operands.map(() => count++));
  }
  return {
    count,
    of: (lane) => lane ? places.get(lane) ?? [] : [],
    lanes: [...places.keys()],
  };
}

function valueText(
  call: AggregateCall,
  parts: readonly TileNeed[],
  need: Need,
  now: Words,
): string {
  const own = parts.find((known) => known.need === need)?.parts ?? [];
  return familyOf(call).value(call, (part, name) => {
    const found = own.find((known) => known.name === part.name);
    const text = found && found.form.reads(wordsOf(found, now))[name];
    if (text === undefined) {
      throw new RangeError(`Cannot read "${name}" of "${part.name}": its part has no tiles`);
    }
    return text;
  });
}
