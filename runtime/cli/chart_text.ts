/** Line charts in the terminal, drawn with braille dots: two columns and four rows of them a character. */
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
import { paint, paintColor } from "./style.ts";
import type { TextStream } from "./terminal.ts";

const ROWS = 12;
const MAX_COLUMNS = 110;
const BRAILLE = 0x2800;
const DOTS: readonly (readonly number[])[] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [
  0x40,
  0x80,
]];

interface Canvas {
  readonly columns: number;
  readonly dots: Uint8Array;
  /** Number of the series that drew last in a cell, from 1. */
  readonly owners: Uint8Array;
}

/** Lines of text that show the chart; says so if there is nothing to show. */
export function chartLines(stream: TextStream, chart: Chart): string[] {
  const times = rangeOf(chart.series.map(({ timesUs }) => timesUs));
  const found = rangeOf(chart.series.map(({ values }) => values));
  const title = paint(stream, "bold", chart.title);
  if (times === undefined || found === undefined) return [title, "(no values to plot)"];
  const { range: values, ticks } = roundTicks(found, 4);
  const gutter = Math.max(...ticks.map(({ label }) => label.length));
  const columns = Math.max(10, Math.min(MAX_COLUMNS, stream.columns) - gutter - 3);
  const canvas = drawSeries(chart.series, times, values, columns);
  return [
    title,
    ...plotRows(stream, canvas, values, ticks, gutter),
    `${" ".repeat(gutter + 1)}└${"─".repeat(columns)}`,
    `${" ".repeat(gutter + 2)}${timeAxis(times, columns)}`,
    legend(stream, chart.series, gutter),
  ].map((line) => line.trimEnd());
}

function drawSeries(
  series: readonly ChartSeries[],
  times: Range,
  values: Range,
  columns: number,
): Canvas {
  const canvas: Canvas = {
    columns,
    dots: new Uint8Array(columns * ROWS),
    owners: new Uint8Array(columns * ROWS),
  };
  for (const [index, line] of series.entries()) drawLine(canvas, line, times, values, index + 1);
  return canvas;
}

function drawLine(
  canvas: Canvas,
  series: ChartSeries,
  times: Range,
  values: Range,
  owner: number,
): void {
  let before: readonly [number, number] | undefined;
  for (const [index, value] of series.values.entries()) {
    if (Number.isNaN(value)) {
      before = undefined;
      continue;
    }
    const time = series.timesUs[index] ?? times.min;
    const x = Math.round(placeOn(times, time, 0, canvas.columns * 2 - 1));
    const y = Math.round(placeOn(values, value, ROWS * 4 - 1, 0));
    drawSegment(canvas, before ?? [x, y], [x, y], owner);
    before = [x, y];
  }
}

function drawSegment(
  canvas: Canvas,
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  owner: number,
): void {
  const steps = Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY), 1);
  for (let step = 0; step <= steps; step++) {
    const x = Math.round(fromX + (toX - fromX) * step / steps);
    const y = Math.round(fromY + (toY - fromY) * step / steps);
    const cell = (y >> 2) * canvas.columns + (x >> 1);
    canvas.dots[cell] = (canvas.dots[cell] ?? 0) | (DOTS[y & 3]?.[x & 1] ?? 0);
    canvas.owners[cell] = owner;
  }
}

function plotRows(
  stream: TextStream,
  canvas: Canvas,
  values: Range,
  ticks: readonly Tick[],
  gutter: number,
): string[] {
  const labels = new Map(
    ticks.map(({ at, label }) => [Math.round(placeOn(values, at, ROWS - 1, 0)), label]),
  );
  return Array.from({ length: ROWS }, (_, row) => {
    const label = labels.get(row);
    const edge = label === undefined ? "│" : "┤";
    return `${(label ?? "").padStart(gutter)} ${edge}${rowText(stream, canvas, row)}`;
  });
}

function rowText(stream: TextStream, canvas: Canvas, row: number): string {
  let text = "";
  for (let column = 0; column < canvas.columns; column++) {
    const cell = row * canvas.columns + column;
    const dots = canvas.dots[cell] ?? 0;
    const glyph = dots === 0 ? " " : String.fromCharCode(BRAILLE + dots);
    const owner = canvas.owners[cell] ?? 0;
    text += owner === 0 ? glyph : paintColor(stream, seriesColor(owner - 1).terminal, glyph);
  }
  return text;
}

function timeAxis(times: Range, columns: number): string {
  let axis = "";
  for (const { at, label } of timeTicks(times, Math.max(1, Math.floor(columns / 14)))) {
    const column = Math.round(placeOn(times, at, 0, columns - 1));
    const start = Math.min(column, columns - label.length);
    if (start >= 0 && (axis === "" || start > axis.length)) axis = axis.padEnd(start) + label;
  }
  return axis;
}

function legend(stream: TextStream, series: readonly ChartSeries[], gutter: number): string {
  const entries = series.map(({ name }, index) =>
    `${paintColor(stream, seriesColor(index).terminal, "━━")} ${name}`
  );
  return " ".repeat(gutter + 2) + entries.join("   ");
}
