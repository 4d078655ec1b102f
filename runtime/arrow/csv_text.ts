/** Text that grows as UTF-8 bytes, without a string for most numbers and times. */
import { formatTimestamp } from "./timestamp_format.ts";

const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const COLON = 0x3a;
const DAY_US = 86_400_000_000;
/** Decimals tried before the platform is asked for the shortest ones. */
const DECIMALS = 4;
const SCALE = 10 ** DECIMALS;
/** Up to 15 digits no two decimals are one double, so a decimal that gives the double is the shortest. */
const MOST_SCALED = 1e15;

/** Bytes to come; `take` hands them over and begins anew. */
export class CsvText {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #day = NaN;
  #dayText = "";

  /** The bytes so far, valid until the next is added. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  byte(byte: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = byte;
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length);
    const target = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < bytes.length; i++) target[at++] = bytes[i]!;
    this.#length = at;
  }

  ascii(text: string): void {
    this.#room(text.length);
    const target = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) target[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  /** As `String(value)` writes it. */
  number(value: number): void {
    const size = Math.abs(value);
    const scaled = Math.round(size * SCALE);
    if (!(scaled < MOST_SCALED && scaled / SCALE === size)) {
      this.ascii(String(value));
      return;
    }
    if (value < 0) this.byte(MINUS);
    const whole = Math.floor(size);
    this.#digits(whole, 1);
    let fraction = scaled - whole * SCALE;
    if (fraction === 0) return;
    let digits = DECIMALS;
    for (; fraction % 10 === 0; digits--) fraction /= 10;
    this.byte(POINT);
    this.#digits(fraction, digits);
  }

  /** As `formatTimestamp` writes it. */
  timestamp(timeUs: number): void {
    const day = Math.floor(timeUs / DAY_US);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayText = formatTimestamp(day * DAY_US).split("T")[0]!;
    }
    const microseconds = timeUs - day * DAY_US;
    const seconds = Math.floor(microseconds / 1e6);
    this.ascii(this.#dayText);
    this.byte(0x54);
    this.#digits(Math.floor(seconds / 3600), 2);
    this.byte(COLON);
    this.#digits(Math.floor(seconds / 60) % 60, 2);
    this.byte(COLON);
    this.#digits(seconds % 60, 2);
    this.#fraction(microseconds - seconds * 1e6);
    this.byte(0x5a);
  }

  #fraction(microseconds: number): void {
    if (microseconds === 0) return;
    let digits = 6;
    let rest = microseconds;
    for (; rest % 10 === 0; digits--) rest /= 10;
    this.byte(POINT);
    this.#digits(rest, digits);
  }

  /** A whole number with zeros before it up to `least` digits. */
  #digits(value: number, least: number): void {
    let count = least;
    for (let limit = 10 ** least; value >= limit; limit *= 10) count++;
    this.#room(count);
    let rest = value;
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const next = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#length += count;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
