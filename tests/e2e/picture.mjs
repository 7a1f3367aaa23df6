// What stands on the virtual screen, read from Xvfb's own memory (-fbdir): looking costs next to nothing.
import { openSync, readSync } from 'node:fs';

// An X Window Dump (XWDFile.h): big-endian words, then the colours, then the pixels.
const WORDS = { header: 0, height: 5, row: 12, colours: 19 };
const COLOUR_BYTES = 12;
/** Every fourth pixel of every fourth row is enough to see whether something is there. */
const STEP = 4;
/** A blinking caret and the minute of a clock are not worth a difference. */
const ENOUGH = 0.002;

export class Picture {
  constructor(file) {
    this.file = openSync(file, 'r');
    const head = Buffer.alloc(100);
    readSync(this.file, head, 0, head.length, 0);
    const word = (at) => head.readUInt32BE(at * 4);
    this.begin = word(WORDS.header) + word(WORDS.colours) * COLOUR_BYTES;
    this.row = word(WORDS.row);
    this.height = word(WORDS.height);
    this.all = Buffer.alloc(this.row * this.height);
  }

  /** The screen as it is now, thinned out. */
  now() {
    readSync(this.file, this.all, 0, this.all.length, this.begin);
    const thin = Buffer.alloc((this.row / 4 / STEP) * Math.floor(this.height / STEP));
    let at = 0;
    for (let y = 0; y + STEP <= this.height; y += STEP)
      for (let x = 0; x < this.row; x += 4 * STEP) thin[at++] = this.all[y * this.row + x + 1];
    return thin;
  }
}

export function same(one, other) {
  let differing = 0;
  for (let at = 0; at < one.length; at += 1) if (Math.abs(one[at] - other[at]) > 24) differing += 1;
  return differing <= one.length * ENOUGH;
}

/**
 * Starts something and looks until the screen has not changed for `still` ms and `isDone` says that what was
 * waited for is there: the milliseconds until the screen first looked as it does in the end.
 */
export async function untilShown(picture, start, { still = 2_500, patience = 60_000 } = {}) {
  const empty = picture.now();
  const began = performance.now();
  const stop = await start();
  let last = { at: 0, thin: empty };
  for (;;) {
    const at = performance.now() - began;
    const thin = picture.now();
    if (!same(thin, last.thin)) last = { at, thin };
    const isThere = !same(last.thin, empty);
    if (isThere && at - last.at > still) return { ms: last.at, stop };
    if (at > patience) throw new Error('nothing that stays was shown');
    await new Promise((resolve) => setTimeout(resolve, 8));
  }
}
