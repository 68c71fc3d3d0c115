// Decides whether a server that has ended by itself is started again. Pure: the time comes in.

const WINDOW = 180_000; // milliseconds
const MOST = 4;

export class Crashes {
  private times: number[] = [];

  /** Notes a crash, and tells whether to start again: not after the fifth one within three minutes. */
  note(now: number): "restart" | "give up" {
    this.times = [...this.times.filter((time) => now - time < WINDOW), now];
    return this.times.length > MOST ? "give up" : "restart";
  }

  forget(): void {
    this.times = [];
  }
}
