// How long a frame takes in Chromium while a person scrolls and types.
const SCROLLS = 120;
const LETTERS = 240;
const BETWEEN_KEYS_MS = 80;

/** Collects in the page how long each frame takes, from its begin until it is painted, until it is asked. */
const watch = (page) =>
  page.evaluate(() => {
    const took = [];
    const painted = new MessageChannel();
    let begin = 0;
    let on = true;
    // A message that is sent before painting is taken right after it.
    painted.port1.onmessage = () => took.push(performance.now() - begin);
    const frame = (now) => {
      begin = now;
      painted.port2.postMessage(null);
      if (on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    globalThis.framesSeen = () => {
      on = false;
      return took;
    };
  });

/** Wheel turns over the open chart, as fast as a finger makes them. */
export async function frames(page) {
  await page.getByTestId('pane-chart').hover();
  await watch(page);
  for (let n = 0; n < SCROLLS; n += 1) {
    await page.mouse.wheel(0, n < SCROLLS / 2 ? 240 : -240);
    await page.waitForTimeout(16);
  }
  return page.evaluate(() => globalThis.framesSeen());
}

/** A note of some 30 kB, the caret at its end. */
async function longNote(page) {
  const field = page.locator('textarea[data-testid^="note-"]').first();
  await field.fill('Takes metformin with meals. '.repeat(1_100));
  await field.press('End');
}

async function letters(page) {
  for (let n = 0; n < LETTERS; n += 1) {
    await page.keyboard.press('abcdefgh '[n % 9] === ' ' ? 'Space' : 'abcdefgh '[n % 9]);
    await page.waitForTimeout(BETWEEN_KEYS_MS);
  }
}

/**
 * From the press of a key until what it changed is painted, in milliseconds. Of a Chromium that paints as soon as
 * there is something to paint: a display adds the wait for its next refresh, up to 17 ms at 60 Hz.
 */
export async function keyToPaint(page) {
  await longNote(page);
  await page.evaluate(() => {
    const took = [];
    const pressed = [];
    const painted = new MessageChannel();
    // A message that is sent before painting is taken right after it.
    painted.port1.onmessage = () => {
      const now = performance.now();
      for (const at of pressed.splice(0)) took.push(now - at);
    };
    const onKey = ({ timeStamp }) => {
      pressed.push(timeStamp);
      requestAnimationFrame(() => painted.port2.postMessage(null));
    };
    window.addEventListener('keydown', onKey, true);
    globalThis.keysPainted = took;
  });
  await letters(page);
  return page.evaluate(() => globalThis.keysPainted);
}

/** From the press of a key until the frame with it is painted (Event Timing: steps of 8 ms). */
export async function typing(page) {
  await longNote(page);
  await page.evaluate(() => {
    globalThis.keysSeen = [];
    new PerformanceObserver((list) => {
      for (const one of list.getEntries())
        if (one.name === 'keydown') globalThis.keysSeen.push(one.duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  });
  await watch(page);
  await letters(page);
  const [took, slow] = await page.evaluate(() => [globalThis.framesSeen(), globalThis.keysSeen]);
  // What took less than 16 ms is not reported at all.
  const keys = [...slow, ...Array(Math.max(0, LETTERS - slow.length)).fill(8)];
  return { typed: took, keys };
}
