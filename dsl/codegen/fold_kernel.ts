/** The kernel of a fold: a reducer of the user's is called for every row, and says whether a row comes out. */
import type { Expression } from "../typed_ast.ts";
import { reachableFrom } from "../visit.ts";
import { Expiry } from "./expiry.ts";
import { ExpressionWriter } from "./expression.ts";
import type { Of } from "./expression_scope.ts";
import { skipRow, skipUnless } from "./failing.ts";
import type { KernelRequest } from "./kernel.ts";
import { InputSlots } from "./input_slots.ts";
import { type KernelText, kernelText } from "./kernel_text.ts";
import { LagRings } from "./lag_rings.ts";
import { lagsIn } from "./lanes.ts";
import { LastRow } from "./last_row.ts";
import { ManifestBuilder } from "./manifest.ts";
import { StateWriter } from "./state.ts";

/** What a reducer is and gets, besides its state. */
export interface FoldRequest {
  readonly hole: number;
  readonly name: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** Fields of the row object: `["price"]` of the input, `["quotes", "ask"]` of a join. */
  readonly row: readonly { readonly path: readonly string[]; readonly column: Of<"column"> }[];
}

export function writeFoldKernel(request: KernelRequest, fold: FoldRequest): KernelText {
  const { outputs, where, wantsRows, wantsAnswers } = request;
  const manifest = new ManifestBuilder(request.plugin);
  const state = new StateWriter();
  const inputs = new InputSlots(request.time);
  const expiry = new Expiry(state, request.ttlUs);
  const last = new LastRow(outputs, state);
  const lags = new LagRings(state);
  const folded = foldedIn(outputs.map(({ expression }) => expression));
  const reducer = state.object("d", `env.folds[${foldPlace(manifest, { fold, folded, inputs })}]`);
  const row = new ExpressionWriter(
    {
      column: (column) => inputs.read(column),
      lag: (lag) => lags.read(lag),
      aggregate: () => {
        throw new RangeError("Cannot write a fold: it holds an aggregate");
      },
      folded: ({ name }) => `${reducer}.values[${folded.findIndex((one) => one.name === name)}]`,
    },
    manifest,
    "v",
  );
  const whereText = where ? skipUnless(row, where) : "";
  const lagText = lags.push(where ? lagsIn([where]) : [], row);
  const stored = last.store(row);
  const written = wantsRows ? outputs.map((_, j) => `y${j}[o] = ${last.value(j, row)};`) : [];
  const forget = `${reducer}.forget(k); ${last.forget()} ${lags.forget()}`;
  return kernelText({
    request,
    manifest: manifest.build(),
    inputs,
    state,
    where: `${expiry.beforeRow("", forget)}\n${whereText}`,
    row: [
      lagText,
      expiry.afterRow(),
      `if (!${reducer}.step(k, i, t, I)) ${skipRow(`${whereText}${lagText}`)}`,
      row.take(),
      stored,
      ...written,
    ].join("\n"),
    answer: wantsAnswers ? last.answer(manifest, expiry.isOver()) : undefined,
    log: undefined,
    spanUs: 0,
    selects: true,
    onFailure: last.forget(),
  });
}

function foldedIn(expressions: readonly Expression[]): readonly Of<"folded">[] {
  const found = new Map<string, Of<"folded">>();
  for (const expression of reachableFrom(expressions)) {
    if (expression.kind === "folded") found.set(expression.name, expression);
  }
  return [...found.values()];
}

function foldPlace(
  manifest: ManifestBuilder,
  { fold, folded, inputs }: {
    fold: FoldRequest;
    folded: readonly Of<"folded">[];
    inputs: InputSlots;
  },
): number {
  return manifest.foldPlace({
    hole: fold.hole,
    name: fold.name,
    params: fold.params,
    row: fold.row.map(({ path, column }) => ({ path, type: column.type })),
    reads: fold.row.map(({ column }) => inputs.isTime(column) ? -1 : inputs.place(column)),
    outputs: folded.map(({ name, type }) => ({ name, type })),
  });
}
