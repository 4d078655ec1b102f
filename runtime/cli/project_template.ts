/** The files of a new project: a plugin, a config that builds a set, one that serves, and rows for both. */
import { pluginFiles } from "./plugin_template.ts";

const PLUGIN = "climate";

/** Texts by path, inside the project's folder. */
export function projectFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["set.yaml", SET],
    ["live.yaml", LIVE],
    ["readings.csv", readings()],
    ["README.md", README],
    ["package.json", PACKAGE],
    [".gitignore", ".featurizer/\nout/\n"],
    ...[...pluginFiles(PLUGIN)].map(([name, text]) => [`${PLUGIN}/${name}`, text] as const),
  ]);
}

const SET =
  `# Every five minutes, every sensor: what was known, and the mean of the ten minutes to come.
plugins: [./${PLUGIN}/mod.ts]
start_date: 2024-05-01T09:00:00Z
end_date: 2024-05-01T12:00:00Z
sampling: 5m
label_feature: next
label_lookahead: 10m

data_sources:
  - source: ${PLUGIN}.readings
    path: readings.csv

feature_configs:
  - feature_definition: ${PLUGIN}.warmth
    name: warmth
    params: { feature: { window: 30m } }
  - feature_definition: ${PLUGIN}.reading
    name: reading
  - feature_definition: ${PLUGIN}.warmth
    name: next
    params: { feature: { window: 10m } }
`;

const LIVE = `# The same features, kept up to date while rows are pushed.
plugins: [./${PLUGIN}/mod.ts]

data_sources:
  - source: ${PLUGIN}.readings
    kind: http

feature_configs:
  - feature_definition: ${PLUGIN}.warmth
    name: warmth
  - feature_definition: ${PLUGIN}.reading
    name: reading
`;

const PACKAGE = `{
  "name": "features",
  "version": "0.1.0",
  "private": true
}
`;

const README = `# Features

\`\`\`sh
featurizer run set.yaml          # builds out/set.arrow
featurizer plot out/set.arrow    # draws it
featurizer test ${PLUGIN}           # the plugin's worked examples
featurizer serve live.yaml       # the same features, live
\`\`\`

While it serves, push a row and read what it became:

\`\`\`sh
curl localhost:8080/v1/events/${PLUGIN}.readings -H 'content-type: application/json' \\
  -d '[{"sensor": "attic", "ts": "2024-05-01T09:00:00Z", "celsius": 21}]'
curl localhost:8080/v1/online -H 'content-type: application/json' \\
  -d '{"features": ["warmth"], "entities": [{"sensor": "attic"}]}'
\`\`\`

\`set.yaml\` says what is built from what, \`${PLUGIN}/mod.ts\` how features are computed.
If something does not work, \`featurizer doctor\` looks for the reason.
`;

const SENSORS = ["attic", "cellar"] as const;
const MINUTES = 180;

/** Two sensors, a reading a minute, over a morning. */
function readings(): string {
  const lines = ["sensor,ts,celsius"];
  for (let minute = 0; minute < MINUTES; minute++) {
    const hour = String(9 + Math.floor(minute / 60)).padStart(2, "0");
    const ts = `2024-05-01T${hour}:${String(minute % 60).padStart(2, "0")}:00Z`;
    for (const [index, sensor] of SENSORS.entries()) {
      const celsius = 18 - 6 * index + 3 * Math.sin(minute / 30) + (minute * 7 % 5) / 10;
      lines.push(`${sensor},${ts},${celsius.toFixed(1)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
