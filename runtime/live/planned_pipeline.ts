/** A pipeline before it is opened. */
import type { PhysicalPlan, SetFeature } from "../../dsl/mod.ts";
import type { CheckpointInfo } from "../store/mod.ts";
import type { LiveSeriesInfo } from "./live_system.ts";
import type { PipelineManifest } from "./pipeline/pipeline_manifest.ts";

export interface PlannedPipeline {
  readonly name: string;
  readonly shards: number;
  readonly plan: PhysicalPlan;
  /** With their keys as columns of the plan's spine. */
  readonly features: readonly SetFeature[];
  readonly manifest: PipelineManifest;
  /** What it goes on from; undefined: from the start of the log. */
  readonly checkpoint: CheckpointInfo | undefined;
  /** Features on requests, which can be read but have no rows. */
  readonly asked: readonly LiveSeriesInfo[];
  /** Its series, each with a place in the plan's rows, or the plan's result. */
  readonly series: readonly { readonly info: LiveSeriesInfo; readonly from: number | "result" }[];
}
