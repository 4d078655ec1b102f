/** The files of a new plugin: small, right, and with every kind of thing one needs first. */

/** Texts by name, inside the plugin's folder. */
export function pluginFiles(name: string): ReadonlyMap<string, string> {
  return new Map([
    ["mod.ts", moduleText(name)],
    ["mod.cases.yaml", CASES],
    ["README.md", readme(name)],
  ]);
}

function moduleText(name: string): string {
  return `/** What readings of sensors tell. */
import { plugin } from "featurizer";

/** A function is called row by row: it may use its arguments, and nothing that changes. */
const toFahrenheit = (celsius: number) => celsius * 9 / 5 + 32;

export default plugin("${name}")\`
  /// One reading of a sensor.
  source readings {
    sensor   string     key
    ts       timestamp  time
    celsius  f64
  } lateness 5s

  /// How warm it has been within a window.
  feature warmth(window = 1m) on readings {
    n       = count()
    mean    = avg(celsius)
    highest = max(celsius)
  } over window

  /// The reading in other units, and how it differs from the one before.
  feature reading on readings {
    fahrenheit = \${toFahrenheit}(celsius) as f64
    change     = celsius - prev(celsius)
  }
\`;
`;
}

const CASES =
  `# Each case: rows of sources, and the set expected of them. Run with: featurizer test mod.ts
# \`-\` is null, \`10s\` a time; the rows of the first feature are the spine if nothing else is said.

cases:
  - name: a window holds the rows of its last ten seconds
    #  celsius  20        24        22
    #  time     1         5         11
    #                (----------------] window at 11: 24, 22
    rows:
      readings: |
        sensor  ts   celsius
        attic   1s   20
        attic   5s   24
        attic   11s  22
    features:
      - { definition: warmth, params: { window: 10s } }
    expected: |
      sensor  timestamp  warmth.n  warmth.mean  warmth.highest
      attic   1s         1         20           20
      attic   5s         2         22           24
      attic   11s        2         23           24

  - name: a missing reading has no value, and a sensor knows only its own past
    rows:
      readings: |
        sensor  ts  celsius
        attic   1s  20
        cellar  2s  10
        attic   3s  -
        attic   4s  30
    features: [reading]
    expected: |
      sensor  timestamp  reading.fahrenheit  reading.change
      attic   1s         68                  -
      cellar  2s         50                  -
      attic   3s         -                   -
      attic   4s         86                  -

  - name: every second, with what the mean will be two seconds later
    rows:
      readings: |
        sensor  ts  celsius
        attic   0s  10
        attic   2s  20
        attic   4s  60
    features: [warmth]
    spine: { every: 1s }
    label: { feature: warmth, lookahead: 2s }
    expected: |
      sensor  timestamp  warmth.mean  label.warmth.mean
      attic   0s         10           15
      attic   1s         10           15
      attic   2s         15           30
`;

function readme(name: string): string {
  return `# ${name}

What readings of sensors tell.

| Feature   | Its columns            | What they are                                     |
| --------- | ---------------------- | ------------------------------------------------- |
| \`warmth\`  | \`n\`, \`mean\`, \`highest\` | of the readings within \`window\`, one minute       |
| \`reading\` | \`fahrenheit\`, \`change\` | a reading, and its difference from the one before |

\`\`\`sh
featurizer test mod.ts           # the cases in mod.cases.yaml
featurizer check mod.ts          # every mistake, with its place
featurizer fmt mod.ts            # the one form of the language
\`\`\`

In a config:

\`\`\`yaml
plugins: [./${name}/mod.ts]
data_sources:
  - source: ${name}.readings
    path: readings.csv # columns sensor, ts, celsius
feature_configs:
  - feature_definition: ${name}.warmth
    params: { feature: { window: 10m } }
\`\`\`
`;
}
