/** Line charts as SVG files: axes, ticks and a legend, on light and dark grounds. */
import {
  type Chart,
  type ChartSeries,
  placeOn,
  type Range,
  rangeOf,
  roundTicks,
  type Tick,
  timeTicks,
} from "./chart_scale.ts";
import { seriesColor } from "./palette.ts";

const WIDTH = 960;
const HEIGHT = 420;
const MARGIN = { top: 56, right: 24, bottom: 40, left: 64 } as const;
const PLOT = { left: MARGIN.left, right: WIDTH - MARGIN.right, top: MARGIN.top } as const;
const BOTTOM = HEIGHT - MARGIN.bottom;
const LEGEND_Y = 44;
const LETTER_WIDTH = 7;

/** The chart as the text of an SVG document. */
export function chartSvg(chart: Chart): string {
  const times = rangeOf(chart.series.map(({ timesUs }) => timesUs));
  const found = rangeOf(chart.series.map(({ values }) => values));
  const body = times === undefined || found === undefined
    ? [`<text class="label" x="${PLOT.left}" y="${HEIGHT / 2}">no values to plot</text>`]
    : plot(chart.series, times, found);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" ` +
    `height="${HEIGHT}" role="img" aria-label="${escapeXml(chart.title)}">`,
    `<style>${styleSheet(chart.series.length)}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${PLOT.left}" y="24">${escapeXml(chart.title)}</text>`,
    ...legend(chart.series),
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function plot(series: readonly ChartSeries[], times: Range, found: Range): string[] {
  const { range: values, ticks } = roundTicks(found, 5);
  return [
    ...ticks.map((tick) => valueTick(tick, values)),
    ...timeTicks(times, 8).map((tick) => momentTick(tick, times)),
    ...series.map((line, index) =>
      `<path class="line s${index}" d="${pathData(line, times, values)}"/>`
    ),
  ];
}

function valueTick({ at, label }: Tick, values: Range): string {
  const y = round(placeOn(values, at, BOTTOM, PLOT.top));
  return `<path class="grid" d="M${PLOT.left} ${y}H${PLOT.right}"/>` +
    `<text class="label end" x="${PLOT.left - 8}" y="${y + 4}">${label}</text>`;
}

function momentTick({ at, label }: Tick, times: Range): string {
  const x = round(placeOn(times, at, PLOT.left, PLOT.right));
  return `<path class="grid" d="M${x} ${BOTTOM}v5"/>` +
    `<text class="label middle" x="${x}" y="${BOTTOM + 20}">${label}</text>`;
}

function pathData({ timesUs, values: ys }: ChartSeries, times: Range, values: Range): string {
  let data = "";
  let command = "M";
  for (const [index, value] of ys.entries()) {
    if (Number.isNaN(value)) {
      command = "M";
      continue;
    }
    const x = round(placeOn(times, timesUs[index] ?? times.min, PLOT.left, PLOT.right));
    data += `${command}${x} ${round(placeOn(values, value, BOTTOM, PLOT.top))}`;
    command = "L";
  }
  return data;
}

function legend(series: readonly ChartSeries[]): string[] {
  let x: number = PLOT.left;
  return series.map(({ name }, index) => {
    const entry = `<path class="line s${index}" d="M${x} ${LEGEND_Y - 4}h18"/>` +
      `<text class="label" x="${x + 24}" y="${LEGEND_Y}">${escapeXml(name)}</text>`;
    x += 24 + name.length * LETTER_WIDTH + 24;
    return entry;
  });
}

function styleSheet(count: number): string {
  const indices = Array.from({ length: count }, (_, index) => index);
  const lines = (shade: "light" | "dark") =>
    indices.map((index) => `.s${index}{stroke:${seriesColor(index)[shade]}}`).join("");
  return [
    "text{font:12px system-ui,sans-serif}.title{font-size:15px;font-weight:600}",
    ".end{text-anchor:end}.middle{text-anchor:middle}",
    ".line{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}",
    `.ground{fill:#fff}.title{fill:#1a1a1a}.label{fill:#555}.grid{stroke:#d9d9d9}${lines("light")}`,
    "@media(prefers-color-scheme:dark){",
    `.ground{fill:#16181d}.title{fill:#f2f2f2}.label{fill:#b0b0b0}.grid{stroke:#363a43}`,
    `${lines("dark")}}`,
  ].join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
