// Puts a line of the chart into the note where the clinician last was, so that it can be taken back.
import type { SectionDraft } from '../../data/section-draft';

export interface Caret {
  start: number;
  end: number;
}

/** The same text with the line in it, and where the caret stands then. */
export function withLine(text: string, line: string, caret: Caret): { text: string; at: number } {
  const before = text.slice(0, caret.start);
  const after = text.slice(caret.end);
  const atEnd = after.trim() === '';
  // At the end of what is written it gets a line of its own; inside a sentence it joins in.
  const lead = before === '' || /\s$/.test(before) ? '' : atEnd ? '\n' : ' ';
  const trail = after === '' || /^[\s.,;:)]/.test(after) ? '' : ' ';
  const put = lead + line + trail;
  return { text: before + put + after, at: before.length + put.length };
}

/** Inserts; returns how to take it back, which does nothing once the section was edited further. */
export function insertLine(section: string, draft: SectionDraft, line: string): () => boolean {
  const before = draft.snapshot().text;
  const area = document.getElementById(`note-${section}`);
  const field = area instanceof HTMLTextAreaElement && area.value === before ? area : undefined;
  const caret = field
    ? { start: field.selectionStart, end: field.selectionEnd }
    : { start: before.length, end: before.length };
  const { text, at } = withLine(before, line, caret);
  write(field, draft, before, text, caret);
  field?.setSelectionRange(at, at);
  return () => {
    if (draft.snapshot().text !== text) return false;
    draft.edit(before);
    return true;
  };
}

/** Puts `typed` in the place of a stretch of the field's text, as typing does. */
export function replaceIn(
  field: HTMLTextAreaElement,
  draft: SectionDraft,
  place: Caret,
  typed: string,
): void {
  const before = draft.snapshot().text;
  const text = before.slice(0, place.start) + typed + before.slice(place.end);
  write(field, draft, before, text, place);
}

/** As typing does, where the field can be typed into: the field's own undo then knows it too. */
function write(
  field: HTMLTextAreaElement | undefined,
  draft: SectionDraft,
  before: string,
  text: string,
  caret: Caret,
) {
  const typed = text.slice(caret.start, text.length - (before.length - caret.end));
  if (field && !field.readOnly && typeInto(field, typed, caret)) return;
  draft.edit(text);
}

function typeInto(field: HTMLTextAreaElement, typed: string, caret: Caret): boolean {
  // Not in every test's page, and deprecated without a successor that keeps the field's undo.
  const command = (
    document as { execCommand?: (name: string, ui: boolean, text: string) => boolean }
  ).execCommand;
  if (!command || field.offsetParent === null) return false;
  const focused = document.activeElement;
  field.focus({ preventScroll: true });
  field.setSelectionRange(caret.start, caret.end);
  const done = command.call(document, 'insertText', false, typed);
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}
