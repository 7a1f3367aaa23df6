// Where the caret of a text field is on the page. The browser does not say: the text up to it is set once more,
// unseen, in a box of the same shape. Never asked for while somebody types on.
import type { Stretch } from './phrase-token';

const shape = [
  'boxSizing',
  'width',
  'paddingTop',
  'paddingRight',
  'paddingBottom',
  'paddingLeft',
  'borderTopWidth',
  'borderRightWidth',
  'borderBottomWidth',
  'borderLeftWidth',
  'fontFamily',
  'fontSize',
  'fontWeight',
  'fontStyle',
  'letterSpacing',
  'lineHeight',
  'textIndent',
  'tabSize',
] as const;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The lower left corner of the character at `index`, from the upper left corner of the field. */
export function placeOf(field: HTMLTextAreaElement, index: number): { left: number; top: number } {
  const twin = twinOf(field, field.value.slice(0, index));
  const mark = document.createElement('span');
  mark.textContent = '.';
  twin.append(mark);
  const place = { left: mark.offsetLeft, top: mark.offsetTop + mark.offsetHeight };
  twin.remove();
  return place;
}

/** Where each stretch of the text stands, from the upper left corner of the field; one box for each line that it is on. */
export function boxesOf(field: HTMLTextAreaElement, stretches: readonly Stretch[]): Box[][] {
  const twin = twinOf(field, field.value);
  const text = twin.firstChild;
  const corner = twin.getBoundingClientRect();
  const range = document.createRange();
  const found = stretches.map(({ start, end }) => {
    if (!text) return [];
    range.setStart(text, start);
    range.setEnd(text, end);
    // Not in every test's page.
    const rects = (range as Partial<Range>).getClientRects?.() ?? [corner];
    return [...rects].map(({ left, top, width, height }) => ({
      left: left - corner.left,
      top: top - corner.top,
      width,
      height,
    }));
  });
  twin.remove();
  return found;
}

function twinOf(field: HTMLTextAreaElement, text: string): HTMLElement {
  const twin = document.createElement('div');
  const looks = getComputedStyle(field);
  for (const name of shape) twin.style[name] = looks[name];
  Object.assign(twin.style, {
    position: 'absolute',
    visibility: 'hidden',
    left: '-9999px',
    top: '0',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'break-word',
  });
  twin.append(text);
  document.body.append(twin);
  return twin;
}
