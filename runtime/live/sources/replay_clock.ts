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
 * R3: entries of one source give rows of one time on in their order, as files are read: none goes past what an
 * entry before it may still bring.
 * R4: when all replays have ended, time goes on; at full speed as the wall's does.
 */
export class ReplayClock implements Clock {
  readonly #wall: Clock;
  readonly #started = Promise.withResolvers<void>();
  readonly #standing = new Map<ReplayPlayer, number>();
  readonly #seats = new Map<ReplayPlayer, Seating>();
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

  join(seating: Seating = { source: "", entry: 0, latenessUs: 0 }): ReplayPlayer {
    const player = new ReplayPlayer({
      ready: (firstUs) => this.#ready(firstUs),
      stand: (player, us) => this.#stand(player, us),
      leave: (player) => this.#leave(player),
      turn: (player, signal) => this.#turn(player, signal),
      limitUs: (player) => this.#limitUs(player),
    });
    this.#seats.set(player, seating);
    return player;
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
    this.#seats.delete(player);
    this.#move();
    if (--this.#toEnd > 0 || this.#speed < Infinity) return;
    this.#startUs = this.nowUs();
    this.#speed = 1;
    this.#wallStartUs = this.#wall.nowUs();
  }

  async #turn(player: ReplayPlayer, signal: AbortSignal): Promise<void> {
    const stop = () => this.#move();
    signal.addEventListener("abort", stop);
    while (!signal.aborted && this.#hasToWait(player)) await this.#moved;
    signal.removeEventListener("abort", stop);
  }

  #hasToWait(player: ReplayPlayer): boolean {
    if (this.#isBlocked(player)) return true;
    const own = this.#standingOf(player);
    return this.#speed === Infinity &&
      [...this.#standing].some(([other, us]) => us < own && !this.#isBlocked(other));
  }

  #isBlocked(player: ReplayPlayer): boolean {
    return this.#limitUs(player) <= this.#standingOf(player);
  }

  #standingOf(player: ReplayPlayer): number {
    return this.#standing.get(player) ?? -Infinity;
  }

  /** The time at which the first row may be that an earlier entry of the source still brings. */
  #limitUs(player: ReplayPlayer): number {
    const own = this.#seats.get(player);
    let limitUs = Infinity;
    for (const [other, us] of this.#standing) {
      const seat = this.#seats.get(other);
      if (!own || !seat || seat.source !== own.source || seat.entry >= own.entry) continue;
      limitUs = Math.min(limitUs, us - own.latenessUs);
    }
    return limitUs;
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

/** Whose rows a player gives on. */
export interface Seating {
  readonly source: string;
  readonly entry: number;
  readonly latenessUs: number;
}

interface Seat {
  ready(firstUs: number): Promise<void>;
  stand(player: ReplayPlayer, us: number): void;
  leave(player: ReplayPlayer): void;
  turn(player: ReplayPlayer, signal: AbortSignal): Promise<void>;
  limitUs(player: ReplayPlayer): number;
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

  /** Rows of this time or later have to wait for earlier entries of the source. */
  get limitUs(): number {
    return this.#seat.limitUs(this);
  }

  /** Resolves when no earlier entry of the source is in the way and, at full speed, no other player lags more. */
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
