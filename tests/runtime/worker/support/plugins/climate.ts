import { plugin } from "featurizer";

export default plugin("climate")`source normals { ts timestamp time, celsius f64 }`;
