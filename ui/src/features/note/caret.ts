// Where the caret of a text field is on the page. The browser does not say: the text up to it is set once more,
// unseen, in a box of the same shape. Only asked for while a list of phrases is open.

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

/** The lower left corner of the character at `index`, from the upper left corner of the field. */
export function placeOf(field: HTMLTextAreaElement, index: number): { left: number; top: number } {
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
  twin.append(field.value.slice(0, index));
  const mark = document.createElement('span');
  mark.textContent = '.';
  twin.append(mark);
  document.body.append(twin);
  const place = { left: mark.offsetLeft, top: mark.offsetTop + mark.offsetHeight };
  twin.remove();
  return place;
}
