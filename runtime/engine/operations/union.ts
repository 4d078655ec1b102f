/** Rows of several streams as one, in order of (time, member, sequence). */
import type { Operation } from "../../../dsl/mod.ts";
import { atPlace } from "../rank.ts";
import type { StreamData } from "../stream_data.ts";
import { mergeParts } from "./exchange.ts";
import { type Operator, streamOf } from "./operation.ts";

export function createUnionOperator(
  { members, output }: Extract<Operation, { kind: "union" }>,
): Operator {
  return {
    run(slice) {
      const parts = members.map(({ stream, columns, place }): StreamData => {
        const { length, time, sequence, columns: all } = streamOf(slice, stream);
        return {
          length,
          time,
          sequence: atPlace(sequence, place),
          columns: columns.map((column) => column < 0 ? time : all[column]!),
        };
      });
      const filled = parts.filter(({ length }) => length > 0);
      slice.streams[output] = filled.length > 1 ? mergeParts(filled) : filled[0] ?? parts[0]!;
    },
  };
}
