/** Rows out of nothing, at a rate: for demonstrations and load. */
import {
  type SyntheticPlace,
  SyntheticRows,
  type SyntheticSource,
  SyntheticTimes,
} from "../../set/mod.ts";
import type { Connector, ConnectorContext } from "./connector.ts";
import { type Patience, persist, pushPatiently } from "./patience.ts";
import { nameOf, type PulledSource } from "./pulled_source.ts";

const MOST_ROWS = 8192;
/** Rows of so many milliseconds are made together. */
const LEAST_WAIT_MS = 5;
const MOST_WAIT_MS = 1000;

export function createSyntheticConnector(
  config: SyntheticSource,
  pulled: PulledSource,
  { entry, patience }: { readonly entry: number; readonly patience: Patience },
): Connector {
  const rows = new SyntheticRows(config, pulled);
  return {
    source: nameOf(pulled.source),
    kind: config.kind,
    entry,
    run: (context) =>
      persist(context, patience, async (onSuccess) => {
        const schedule = new SyntheticTimes(config, startOf(context, entry), MOST_ROWS);
        onSuccess();
        while (!context.signal.aborted) {
          const { index } = schedule.place;
          const times = schedule.take(context.clock.nowUs());
          if (times.length > 0) {
            const batch = rows.make(index, times);
            const cursor = JSON.stringify(schedule.place);
            await pushPatiently(context, { batch, rejected: [], entry, cursor }, patience);
          }
          if (times.length === MOST_ROWS) continue;
          const untilMs = (schedule.place.nextUs - context.clock.nowUs()) / 1000;
          const ms = Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, untilMs));
          await patience.wait(ms, context.signal);
        }
        return "ended";
      }),
  };
}

/** After a restart rows go on from then, with the index after the last. */
function startOf({ clock, cursorOf }: ConnectorContext, entry: number): SyntheticPlace {
  const cursor = cursorOf(entry);
  if (cursor === undefined) return { index: 0, nextUs: clock.nowUs() };
  const { index, nextUs }: SyntheticPlace = JSON.parse(cursor);
  return { index, nextUs: Math.max(clock.nowUs(), nextUs) };
}
