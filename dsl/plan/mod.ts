/** Lowering: from typed features to the plan the engine runs. */
export { identityOf, sourceIdentity } from "./demand.ts";
export { HOST } from "./graph.ts";
export { driversOf, lowerSet, type SetFeature, type SetRequest, type Spine } from "./lower.ts";
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
} from "./physical.ts";
