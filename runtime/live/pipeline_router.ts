/** Between the intake and the pipelines: hands on what is published to those that read it, and lets them read back. */
import type { RowError } from "../set/mod.ts";
import type { LiveIntake } from "./live_intake.ts";
import type { Pipeline } from "./pipeline/pipeline.ts";
import type { FollowedSource } from "./pipeline/pipeline_sources.ts";
import type { PublishedRows } from "./pipeline/source_tail.ts";

export class PipelineRouter {
  readonly pipelines: Pipeline[] = [];
  readonly #readers = new Map<string, Pipeline[]>();
  #intake: LiveIntake | undefined;

  /** Before any pipeline starts. */
  connect(intake: LiveIntake): void {
    this.#intake = intake;
  }

  add(pipeline: Pipeline): void {
    this.pipelines.push(pipeline);
    for (const source of pipeline.status().sources) {
      this.#readers.set(source, [...this.#readers.get(source) ?? [], pipeline]);
    }
  }

  onAdmitted(published: PublishedRows & { readonly source: string }): void {
    for (const pipeline of this.#readers.get(published.source) ?? []) {
      pipeline.publish(published.source, published);
    }
  }

  onWatermark(source: string, us: number): void {
    for (const pipeline of this.#readers.get(source) ?? []) pipeline.advanceTo(source, us);
  }

  /** One of the pipelines that read the source keeps them. */
  onRowErrors(source: string, errors: readonly RowError[]): void {
    this.#readers.get(source)?.[0]?.noteSourceErrors(errors);
  }

  /** A source as a pipeline follows it. */
  follow(name: string): FollowedSource {
    const connected = () => {
      if (!this.#intake) throw new TypeError("Cannot follow a source: the intake is not connected");
      return this.#intake;
    };
    return {
      name,
      replay: (after) => connected().replay(name, after),
      liveWatermarkUs: () =>
        connected().status().find(({ source }) => source === name)?.watermarkUs ?? -Infinity,
    };
  }
}
