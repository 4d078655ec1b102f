/** Lowering: from typed features to the plan the engine runs. */
export { identityOf, sourceIdentity } from "./identity.ts";
export { HOST } from "./graph.ts";
export { lowerSet } from "./lower.ts";
export { planWholeSources } from "./whole_sources.ts";
export { driversOf, type SetFeature, type SetRequest, type Spine } from "./set_request.ts";
export type {
  ColumnAt,
  Constant,
  Edge,
  LeveledOperation,
  LinkableKernel,
  Operation,
  PhysicalPlan,
  Prepare,
  Query,
  ResultEdge,
  SitePlan,
  SourceEdge,
  SourcePlan,
  TicksOperation,
} from "./physical.ts";
