/** Bodies of scalars and the data structures behind aggregates, bound to generated code at link time. */
export { aggregateClasses } from "./aggregate_classes.ts";
export { grow, rebase, release, unwind } from "./arrays.ts";
export { fieldPlace, flatListPlace, listPlace, mapPlace, vectorPlace } from "./elements.ts";
export { DistinctCounts } from "./distinct_counts.ts";
export { createListFunction } from "./list_functions.ts";
export { PackedHeap, PackedSlots, sizeOf, unpack } from "./packed.ts";
export { messageOf } from "./message.ts";
export { assertPlainData, StateError, StateWatch } from "./plain_data.ts";
export { UserStates } from "./user_states.ts";
export { StateJournal } from "./state_journal.ts";
export { scalars } from "./scalars.ts";
export { SortedValues } from "./sorted_values.ts";
export { createTextFunction } from "./text_functions.ts";
export { compareTexts } from "./text_order.ts";
export { type TileBlock, TiledRows } from "./tiled_rows.ts";
