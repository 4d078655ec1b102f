/** A series for the cases of the transforms. */
import { plugin } from "featurizer";

export default plugin("series")`
  source points {
    id    string     key
    at    timestamp  time
    x     f64
    name  string
  }

  feature p on points {
    x    = x
    name = name
  }
`;
