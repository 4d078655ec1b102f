/** The connectors of a live system: run beside one another until it closes. */
import type { Clock } from "./clock.ts";
import type { ConnectorStatus } from "./live_system.ts";
import type { Connector, ConnectorContext, PulledBatch } from "./sources/connector.ts";

/** What connectors push into. */
export interface ConnectorIntake {
  push(source: string, batch: PulledBatch): Promise<unknown>;
  decode(source: string, body: Uint8Array, format: "arrow"): ReturnType<ConnectorContext["decode"]>;
  cursorOf(source: string, entry: number): string | undefined;
  end(source: string, entry: number): void;
  complete(): void;
}

export class RunningConnectors {
  readonly #connectors: readonly Connector[];
  readonly #states: ConnectorStatus[];
  readonly #stop = new AbortController();
  #runs: Promise<boolean>[] = [];

  constructor(connectors: readonly Connector[]) {
    this.#connectors = connectors;
    this.#states = connectors.map(({ source, kind }) => ({
      source,
      kind,
      state: "connecting",
      detail: undefined,
    }));
  }

  get status(): readonly ConnectorStatus[] {
    return this.#states;
  }

  /** Where nothing else brings rows, `isBounded`, the sources are complete when all have brought all of theirs. */
  start(intake: ConnectorIntake, { clock, isBounded }: {
    readonly clock: Clock;
    readonly isBounded: boolean;
  }): void {
    this.#runs = this.#connectors.map((connector, place) =>
      this.#run(connector, place, { intake, clock })
    );
    if (!isBounded) return;
    Promise.all(this.#runs).then((broughtAll) => {
      if (broughtAll.every(Boolean)) intake.complete();
    });
  }

  /** Resolves when nothing of them is under way any more. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#runs);
  }

  /** Resolves to true if it has brought all that there is. */
  async #run(
    connector: Connector,
    place: number,
    { intake, clock }: { readonly intake: ConnectorIntake; readonly clock: Clock },
  ): Promise<boolean> {
    const { source, kind } = connector;
    const note = (state: ConnectorStatus["state"], detail?: string) => {
      this.#states[place] = { source, kind, state, detail };
    };
    const { signal } = this.#stop;
    let broughtAll = false;
    try {
      await connector.run({
        signal,
        clock,
        cursorOf: (entry) => intake.cursorOf(source, entry),
        push: (batch) => intake.push(source, batch),
        decode: (body, format) => intake.decode(source, body, format),
        onState: note,
      });
      note("ended");
      broughtAll = !signal.aborted;
    } catch (error) {
      // What a connector gives up on is its state: the others go on.
      note("ended", error instanceof Error ? error.message : String(error));
    }
    if (!signal.aborted) intake.end(source, connector.entry);
    return broughtAll;
  }
}
