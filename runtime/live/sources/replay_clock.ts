/** The clock of a replay: event time that runs as the replay does. */
import type { Clock } from "../clock.ts";

export interface ReplayClockOptions {
  /** Times the speed of the wall's clock; Infinity: as fast as rows can be given on. */
  readonly speed: number;
  /** Replays that share it; it starts when each has said when its first row is. */
  readonly players: number;
}

/**
 * R1: event time = start + (wall − wall at the start) · speed, but never past a row that still waits to be given
 * on, so that what is slow is not taken for idle. It stands at 0 before the start and never goes back.
 * R2: at full speed it stands still, so that nothing is idle, and the replay that lags most goes first.
 * R3: when all replays have ended, time goes on; at full speed as the wall's does.
 */
export class ReplayClock implements Clock {
  readonly #wall: Clock;
  readonly #started = Promise.withResolvers<void>();
  readonly #standing = new Map<ReplayPlayer, number>();
  #speed: number;
  #toStart: number;
  #toEnd: number;
  #startUs = Infinity;
  #wallStartUs = 0;
  #isStarted = false;
  #wake: () => void = () => {};
  #moved: Promise<void> = Promise.resolve();

  constructor(wall: Clock, { speed, players }: ReplayClockOptions) {
    this.#wall = wall;
    this.#speed = speed;
    this.#toStart = players;
    this.#toEnd = players;
    this.#arm();
  }

  nowUs(): number {
    if (!this.#isStarted) return 0;
    if (this.#speed === Infinity) return this.#wallStartUs;
    return Math.min(this.targetUs, ...this.#standing.values());
  }

  /** Rows up to this time may be given on. */
  get targetUs(): number {
    if (this.#speed === Infinity) return Infinity;
    return this.#startUs + (this.#wall.nowUs() - this.#wallStartUs) * this.#speed;
  }

  /** Milliseconds of the wall's clock until rows of a time may be given on. */
  msUntil(eventUs: number): number {
    return Math.max(0, (eventUs - this.targetUs) / this.#speed / 1000);
  }

  join(): ReplayPlayer {
    return new ReplayPlayer({
      ready: (firstUs) => this.#ready(firstUs),
      stand: (player, us) => this.#stand(player, us),
      leave: (player) => this.#leave(player),
      turn: (player, signal) => this.#turn(player, signal),
    });
  }

  #ready(firstUs: number): Promise<void> {
    this.#startUs = Math.min(this.#startUs, firstUs);
    if (--this.#toStart === 0) this.#start();
    return this.#started.promise;
  }

  #start(): void {
    if (this.#startUs === Infinity) this.#startUs = 0;
    this.#wallStartUs = this.#wall.nowUs();
    this.#isStarted = true;
    this.#started.resolve();
  }

  #stand(player: ReplayPlayer, us: number): void {
    this.#standing.set(player, Math.max(us, this.#standing.get(player) ?? -Infinity));
    this.#move();
  }

  #leave(player: ReplayPlayer): void {
    this.#standing.delete(player);
    this.#move();
    if (--this.#toEnd > 0 || this.#speed < Infinity) return;
    this.#startUs = this.nowUs();
    this.#speed = 1;
    this.#wallStartUs = this.#wall.nowUs();
  }

  async #turn(player: ReplayPlayer, signal: AbortSignal): Promise<void> {
    if (this.#speed < Infinity) return;
    const own = this.#standing.get(player) ?? -Infinity;
    const stop = () => this.#move();
    signal.addEventListener("abort", stop);
    while (!signal.aborted && [...this.#standing.values()].some((us) => us < own)) {
      await this.#moved;
    }
    signal.removeEventListener("abort", stop);
  }

  #move(): void {
    this.#wake();
    this.#arm();
  }

  #arm(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#moved = promise;
    this.#wake = resolve;
  }
}

interface Seat {
  ready(firstUs: number): Promise<void>;
  stand(player: ReplayPlayer, us: number): void;
  leave(player: ReplayPlayer): void;
  turn(player: ReplayPlayer, signal: AbortSignal): Promise<void>;
}

/** One replay's part in the clock. */
export class ReplayPlayer {
  readonly #seat: Seat;
  #isReady = false;
  #hasLeft = false;

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  /** Says when the first row is, Infinity if there is none; resolves when all players have said so. */
  async ready(firstUs: number): Promise<void> {
    if (this.#isReady) return;
    this.#isReady = true;
    if (firstUs < Infinity) this.stand(firstUs);
    await this.#seat.ready(firstUs);
  }

  /** Says when the next row is that is not given on yet; rows behind an earlier one count with that. */
  stand(nextUs: number): void {
    this.#seat.stand(this, nextUs);
  }

  /** At full speed, resolves when no other player lags more. */
  turn(signal: AbortSignal): Promise<void> {
    return this.#seat.turn(this, signal);
  }

  /** There are no more rows. */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.ready(Infinity);
    this.#seat.leave(this);
  }
}
