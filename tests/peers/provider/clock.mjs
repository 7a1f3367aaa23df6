// Loaded before everything else (`node --import`): this process's clock runs CLOCK_FACTOR times as fast
// as the wall's since CLOCK_BORN, and can be moved. What oidc-provider calls 60 seconds then passes in
// 60 / CLOCK_FACTOR.

const Real = Date;
const born = Number(process.env.CLOCK_BORN ?? Real.now());
const factor = Number(process.env.CLOCK_FACTOR ?? '1');
let ahead = 0;

class Moved extends Real {
  constructor(...given) {
    if (given.length === 0) super(Moved.now());
    else super(...given);
  }

  static now() {
    return Math.floor(born + (Real.now() - born) * factor + ahead);
  }
}

globalThis.Date = Moved;

/** Moves this process's clock by so many milliseconds more. */
globalThis.moveClock = (milliseconds) => {
  ahead += milliseconds;
};
