/** Which operator runs which operation. */
import type { Operation } from "../../../dsl/mod.ts";
import type { KeyKind } from "../key_kinds.ts";
import {
  createAlignOperator,
  createReceiveOperator,
  createReturnOperator,
  createSendOperator,
} from "./exchange.ts";
import { createGridOperator } from "./grid.ts";
import { createKernelOperator } from "./kernel.ts";
import { createDelayOperator, createHoldOperator, type HoldOperator } from "./label.ts";
import { createMapOperator } from "./map.ts";
import type { Operator, OperatorContext } from "./operation.ts";
import { createConstantOperator, createFilterOperator, createRangeOperator } from "./shape.ts";
import { createPairsOperator } from "./pairs.ts";
import { createEmitOperator, createTicksOperator } from "./ticks.ts";
import { createTumblingOperator } from "./tumbling.ts";
import { createUnionOperator } from "./union.ts";

/** Storage of each stream's columns is known from the operations that make it; keys need it ahead of rows. */
export interface CreateOptions {
  /** What the columns at these places of a stream hold. */
  kindsOf(stream: number, places: readonly number[]): readonly KeyKind[];
  /** By the stream they make. */
  readonly holds: Map<number, HoldOperator>;
}

export function createOperator(
  operation: Operation,
  context: OperatorContext,
  { kindsOf, holds }: CreateOptions,
): Operator {
  switch (operation.kind) {
    case "receive":
      return createReceiveOperator(operation, context);
    case "send":
      return createSendOperator(operation, context, () => holds.get(operation.input)?.waiting());
    case "return":
      return createReturnOperator(operation, context);
    case "align":
      return createAlignOperator(operation);
    case "kernel":
      return createKernelOperator(operation, context);
    case "tumbling":
      return createTumblingOperator(operation, context, kindsOf(operation.input, operation.keys));
    case "map":
      return createMapOperator(operation, context);
    case "constant":
      return createConstantOperator(operation, context);
    case "range":
      return createRangeOperator(operation);
    case "filter":
      return createFilterOperator(operation, context);
    case "grid":
      return createGridOperator(operation, context, kindsOf(operation.input, operation.keys));
    case "union":
      return createUnionOperator(operation);
    case "pairs":
      return createPairsOperator(operation, context);
    case "ticks":
      return createTicksOperator(operation, context, kindsOf(operation.input, operation.keys));
    case "emit":
      return createEmitOperator(operation);
    case "delay":
      return createDelayOperator(operation, context);
    case "hold": {
      const hold = createHoldOperator(operation, context);
      holds.set(operation.output, hold);
      return hold;
    }
  }
}
