// What the journey needs from whatever shows Chartside: the desktop window or a page in Chromium.
// Names are the `data-testid`s of ui/TESTIDS.md; nothing is found by its words or its place.

export const PATIENCE = 20_000;

export class Surface {
  clicks = 0;

  /** Presses a button. */
  async click(testId, timeout = PATIENCE) {
    this.clicks += 1;
    await this.press(testId, timeout);
  }

  /** Chooses a radio button or a check box by its label, as a person does. */
  async pick(testId, timeout = PATIENCE) {
    this.clicks += 1;
    await this.choose(testId, timeout);
  }

  /** Clicks into a field and types; what was there is replaced. */
  async fill(testId, text, timeout = PATIENCE) {
    this.clicks += 1;
    await this.type(testId, text, timeout);
  }

  async see(testId, timeout = PATIENCE) {
    await this.visible(testId, timeout);
  }

  async one(testId, timeout = PATIENCE) {
    await this.find(testId, timeout);
    return (await this.all(testId))[0];
  }

  /** Waits until `fits` is true of what carries this name; `words` say what was waited for. */
  async until(testId, fits, words, timeout = PATIENCE) {
    const end = Date.now() + timeout;
    let last = [];
    do {
      last = await this.all(testId);
      if (fits(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (Date.now() < end);
    const states = last.map((one) => JSON.stringify(one.data)).join(', ');
    throw new Error(`waited in vain for ${words} (${testId}: ${states || 'not there'})`);
  }

  async untilState(testId, state, timeout = PATIENCE) {
    const reached = (list) => list.length > 0 && list.every((one) => one.data.state === state);
    return this.until(testId, reached, `state “${state}”`, timeout);
  }
}
