/** Whether what sites send besides rows can be theirs, and whether what they owe still comes. */
import type { PhysicalPlan } from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { forgedBy } from "./forged_by.ts";
import type { ReplyBox } from "./reply_box.ts";
import type { RowError, SliceLedger } from "./slice_ledger.ts";

export interface WatchedRun {
  readonly plan: PhysicalPlan;
  readonly partitions: number;
  readonly ledger: SliceLedger;
  readonly replies: ReplyBox;
}

export class SiteWatch {
  readonly #run: WatchedRun;
  readonly #features: readonly ReadonlySet<string>[];

  constructor(run: WatchedRun) {
    this.#run = run;
    this.#features = run.plan.sites.map(({ kernels }) =>
      new Set(kernels.map(({ feature }) => feature))
    );
  }

  /** A partition is done with a slice. */
  done(site: number, partition: number, slice: number): FeaturizerError | undefined {
    const { plan, ledger } = this.#run;
    const { name, operations } = plan.sites[site]!;
    const isOwed = operations.length > 0 && ledger.done(slice, `${site}:${partition}`);
    return isOwed ? undefined : forgedBy(name, "the end of a slice that it does not have");
  }

  /** Rows of features that failed. */
  rowErrors(site: number, errors: readonly RowError[]): FeaturizerError | undefined {
    if (errors.every(({ feature }) => this.#features[site]!.has(feature))) return undefined;
    return forgedBy(this.#run.plan.sites[site]!.name, "errors of a feature that is not its own");
  }

  /** Nothing more is coming: whoever owes something has thrown it away. */
  stalled(): FeaturizerError | undefined {
    const { plan, partitions, ledger, replies } = this.#run;
    const owed = replies.waiting;
    const prepared = plan.sources.find(({ prepare }) => prepare?.reply === owed)?.prepare;
    if (owed !== undefined && prepared) return stalledAt(plan.sites[prepared.site]!.name);
    const done = ledger.waiting;
    if (!done) return undefined;
    const behind = plan.sites.filter(({ site, operations }) =>
      operations.length > 0 &&
      Array.from({ length: partitions }, (_, partition) => `${site}:${partition}`)
        .some((place) => !done.has(place))
    );
    const foreign = behind.filter(({ plugins }) => plugins.length > 0);
    const suspects = foreign.length > 0 ? foreign : behind;
    return stalledAt(...suspects.map(({ name }) => name));
  }
}

function stalledAt(...sites: readonly string[]): FeaturizerError {
  const what = sites.length === 1
    ? "it threw away rows that it was"
    : "one threw away rows that were";
  const names = sites.map((site) => `"${site}"`).join(", ");
  return new FeaturizerError(`Cannot run ${names}: ${what} sent`, {
    code: "PLUGIN_STALLED",
    hint: "Look for a change of a built-in, like Array.prototype, that the engine depends on.",
  });
}
