import { plugin } from "featurizer";
import stations from "./stations.csv" with { type: "text" };
import { kelvin } from "./units.ts";
import climate from "./climate.ts";

const count = stations.trim().split("\n").length - 1;

export default plugin("weather")`
  source readings { station string key, ts timestamp time, celsius f64 }
  feature warmth on readings { k = ${kelvin}(celsius) as f64, n = ${count} }
  feature odd on ${climate.normals?.({ window: "5m" })} { x = 1 }
`;
