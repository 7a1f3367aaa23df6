// A person with a keyboard and no pointer. Every key is counted; after each it must be plain to see where the
// focus is. Nothing here clicks, and nothing sets the focus: the page only gets key presses.
import { PATIENCE } from './surface.mjs';

const LONGEST_WALK = 80;

/** Where the focus is, and whether it can be seen. Runs in the page. */
function look() {
  const element = document.activeElement;
  if (!element || element === document.body) return { id: null, wrong: 'nothing has the focus' };
  const id = element.dataset.testid ?? element.id ?? element.tagName.toLowerCase();
  const name = element.getAttribute('aria-label') ?? element.innerText?.slice(0, 30) ?? '';
  const seen = {
    id,
    name: name.replaceAll('\n', ' '),
    tag: element.tagName,
    wrong: '',
  };
  if (element.tagName === 'IFRAME') return seen;
  if (!element.matches(':focus-visible'))
    return { ...seen, wrong: 'is focused but not :focus-visible' };
  // A radio button is drawn by the face beside it, a row of a list by its ::after.
  const drawn = getComputedStyle(element).opacity === '0' ? element.nextElementSibling : element;
  const isRing = (style) => {
    const { outlineStyle, outlineWidth, outlineColor, borderTopColor, borderTopWidth } = style;
    const border = borderTopColor === outlineColor ? Number.parseFloat(borderTopWidth) : 0;
    const width = outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth) + border;
    const isClear = outlineColor === 'transparent' || outlineColor.endsWith(', 0)');
    return width >= 2 && !isClear;
  };
  // A whole part or a dialog: a line along its top.
  const isLined = (style) => /inset/.test(style.boxShadow) && / 2px /.test(style.boxShadow);
  const style = getComputedStyle(drawn);
  if (!isRing(style) && !isLined(style) && !isRing(getComputedStyle(drawn, '::after')))
    return { ...seen, wrong: 'has nothing that shows the focus' };
  const box = drawn.getBoundingClientRect();
  const left = Math.max(0, box.left);
  const right = Math.min(innerWidth, box.right);
  const top = Math.max(0, box.top);
  const bottom = Math.min(innerHeight, box.bottom);
  if (right - left < 2 || bottom - top < 2) return { ...seen, wrong: 'is not on the screen' };
  const places = [0.5, 0.1, 0.9].map((part) => top + (bottom - top) * part);
  const over = places.map((y) => document.elementFromPoint((left + right) / 2, y));
  const isShown = over.some(
    (one) => one && (one === element || drawn.contains(one) || one.contains(drawn)),
  );
  return isShown ? seen : { ...seen, wrong: 'is covered by something else' };
}

/** As a person sees that a field is further up. Runs in the page. */
function liesBefore(testId) {
  const target = document.querySelector(`[data-testid="${testId}"]`);
  const from = document.activeElement;
  if (!target || !from || from === document.body) return false;
  return (from.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
}

export class Keyboard {
  /** What was pressed, in order: { part, keys, on }. Typed text is no action. */
  actions = [];
  part = '';
  typed = 0;

  constructor(page) {
    this.page = page;
  }

  /** From here on a pointer would be noticed. */
  async begin() {
    await this.page.evaluate(() => {
      window.pointers = [];
      for (const kind of ['pointerdown', 'mousedown', 'touchstart'])
        window.addEventListener(
          kind,
          (event) => event.isTrusted && window.pointers.push(kind),
          true,
        );
    });
  }

  async noPointerWasUsed() {
    const used = await this.page.evaluate(() => window.pointers);
    if (used.length > 0) throw new Error(`a pointer was used: ${used.join(', ')}`);
  }

  /** One key or chord. `lands`: what it leads to is waited for by the caller, so only the count is kept. */
  async press(keys, { leaves = false } = {}) {
    const before = await this.page.evaluate(look);
    await this.page.keyboard.press(keys);
    this.actions.push({ part: this.part, keys, on: before.id ?? '' });
    if (!leaves) await this.seen(keys);
  }

  /** The focus is somewhere, with a ring, in sight; a screen may need a moment to place it. */
  async seen(after) {
    const end = Date.now() + 3_000;
    let now;
    do {
      now = await this.page.evaluate(look);
      if (now.wrong === '') return now;
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    } while (Date.now() < end);
    throw new Error(`after ${after}: ${now.id ?? ''} “${now.name ?? ''}” ${now.wrong}`);
  }

  isOn(testId) {
    return this.page.evaluate((id) => document.activeElement?.dataset.testid === id, testId);
  }

  /** The caret stands behind all that is written in the field. */
  isAtEnd() {
    return this.page.evaluate(() => {
      const { value, selectionStart } = document.activeElement;
      return selectionStart === value.length;
    });
  }

  async type(text) {
    const { tag } = await this.page.evaluate(look);
    if (tag !== 'INPUT' && tag !== 'TEXTAREA' && tag !== 'SELECT')
      throw new Error(`“${text.slice(0, 12)}…” would be typed into ${tag ?? 'nothing'}`);
    await this.page.keyboard.type(text);
    this.typed += text.length;
  }

  /** Tab, or Shift+Tab when it lies before, until what carries this name has the focus. */
  async walkTo(testId) {
    const way = [];
    for (let step = 0; step < LONGEST_WALK; step += 1) {
      const now = await this.page.evaluate(look);
      if (now.id === testId) return;
      way.push(now.id);
      await this.press((await this.page.evaluate(liesBefore, testId)) ? 'Shift+Tab' : 'Tab');
    }
    throw new Error(`${testId} is not reached with the Tab key: ${way.join(' → ')}`);
  }

  /** Like `walkTo`, in a list where one entry is found by its words. */
  async walkToWords(words, key) {
    for (let step = 0; step < LONGEST_WALK; step += 1) {
      const now = await this.page.evaluate(look);
      if (now.name.includes(words)) return;
      await this.press(key);
    }
    throw new Error(`“${words}” is not reached with ${key}`);
  }

  async until(what, words, patience = PATIENCE) {
    const end = Date.now() + patience;
    while (!(await what())) {
      if (Date.now() > end) throw new Error(`waited in vain for ${words}`);
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    }
  }

  /** `part: Tab ×3 → fact-consent …`, one line a part, and the count of each. */
  report(parts) {
    return parts.map((part) => {
      const own = this.actions.filter((one) => one.part === part);
      const runs = [];
      for (const { keys } of own) {
        const last = runs.at(-1);
        if (last?.keys === keys) last.count += 1;
        else runs.push({ keys, count: 1 });
      }
      const words = runs.map(({ keys, count }) => (count > 1 ? `${keys} ×${count}` : keys));
      return `${String(own.length).padStart(3)}  ${part}: ${words.join(', ')}`;
    });
  }
}
