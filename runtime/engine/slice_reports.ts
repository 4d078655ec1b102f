/** The row errors of one slice: the first of them one by one, of each feature's others how many. */
import type { RowErrorReport } from "./frames.ts";

const MOST_REPORTS = 100;

export class SliceReports {
  readonly #reports: RowErrorReport[] = [];
  readonly #more = new Map<string, RowErrorReport>();

  add(report: RowErrorReport): void {
    if (this.#reports.length < MOST_REPORTS) this.#reports.push(report);
    else this.#addMore(report, report.rows ?? 1);
  }

  /** So many rows more that are like the feature's last one told. */
  addMore(feature: string, rows: number): void {
    const last = this.#more.get(feature) ??
      this.#reports.findLast((report) => report.feature === feature);
    if (last && rows > 0) this.#addMore(last, rows);
  }

  get all(): readonly RowErrorReport[] {
    return [...this.#reports, ...this.#more.values()];
  }

  #addMore(report: RowErrorReport, rows: number): void {
    const before = this.#more.get(report.feature)?.rows ?? 0;
    this.#more.set(report.feature, { ...report, rows: before + rows });
  }
}
