import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NoteSection } from '../generated/NoteSection';
import type { SavedView } from '../generated/SavedView';
import { failure } from '../host/fake';
import { held } from '../test/window';
import { SectionDraft, type DraftPort } from './section-draft';

const section = (text: string, revision: number): NoteSection => ({
  section: 'hpi',
  loinc: '10164-2',
  title: 'HPI',
  prompt: '',
  required: true,
  text,
  revision,
  saved_at: null,
  kept_from: null,
  copied: [],
});

const saved = (revision: number): SavedView => ({
  section: 'hpi',
  revision,
  saved_at: '2026-11-22T14:32:00Z',
});

function draftOf(text = '', revision = 0) {
  let last = revision;
  const save = vi.fn<DraftPort['save']>(() => Promise.resolve(saved((last += 1))));
  const read = vi.fn(() => Promise.resolve(section('theirs', 9)));
  const draft = new SectionDraft(section(text, revision), { save, read, changed: () => undefined });
  return { draft, save, read };
}

describe('the text of a note section', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is saved 300 ms after the last keystroke, with the revision it started from', async () => {
    const { draft, save } = draftOf('', 4);
    draft.edit('a');
    await vi.advanceTimersByTimeAsync(299);
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(save).toHaveBeenCalledExactlyOnceWith('a', 4);
    expect(draft.snapshot().state.kind).toBe('saved');
  });

  it('is saved at most 500 ms after the first unsaved keystroke while typing goes on', async () => {
    const { draft, save } = draftOf();
    for (let typed = 1; typed <= 6; typed += 1) {
      draft.edit('x'.repeat(typed));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(save).toHaveBeenCalled();
  });

  it('is never sent twice at the same time; what was typed meanwhile follows', async () => {
    const { draft, save } = draftOf();
    const first = held<SavedView>();
    save.mockImplementationOnce(() => first.promise);
    draft.edit('one');
    await vi.advanceTimersByTimeAsync(300);
    draft.edit('one two');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(save).toHaveBeenCalledTimes(1);
    first.resolve(saved(1));
    await vi.advanceTimersByTimeAsync(800);
    expect(save).toHaveBeenLastCalledWith('one two', 1);
    expect(draft.dirty()).toBe(false);
  });

  it('is kept when saving fails, says so, and is tried again', async () => {
    const { draft, save } = draftOf();
    save.mockRejectedValueOnce(failure('disk_full', 'The disk is full.', true));
    draft.edit('kept');
    await vi.advanceTimersByTimeAsync(300);
    expect(draft.snapshot()).toMatchObject({ text: 'kept', state: { kind: 'failed' } });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(draft.snapshot()).toMatchObject({ text: 'kept', state: { kind: 'saved' } });
  });

  it('waits for the clinician when somebody else saved meanwhile, and loses neither text', async () => {
    const { draft, save } = draftOf();
    save.mockRejectedValueOnce(failure('note_conflict', 'Saved elsewhere.'));
    draft.edit('mine');
    await vi.advanceTimersByTimeAsync(300);
    expect(draft.snapshot()).toMatchObject({
      text: 'mine',
      state: { kind: 'conflict', theirs: 'theirs' },
    });
    expect(await draft.flush()).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledTimes(1);
    draft.resolve('mine');
    await vi.advanceTimersByTimeAsync(0);
    expect(save).toHaveBeenLastCalledWith('mine', 9);
  });

  it('takes the other text without a further save when the clinician chooses it', async () => {
    const { draft, save } = draftOf();
    save.mockRejectedValueOnce(failure('note_conflict', 'Saved elsewhere.'));
    draft.edit('mine');
    await vi.advanceTimersByTimeAsync(300);
    draft.resolve('theirs');
    expect(draft.snapshot()).toMatchObject({ text: 'theirs', state: { kind: 'saved' } });
    expect(save).toHaveBeenCalledTimes(1);
  });

  it('is not replaced by a newer text from the vault while it is unsaved or has the focus', async () => {
    const { draft } = draftOf('old', 1);
    draft.focus();
    draft.adopt(section('from elsewhere', 2));
    expect(draft.snapshot().text).toBe('old');
    draft.blur();
    expect(draft.snapshot().text).toBe('from elsewhere');
    draft.edit('typing');
    draft.adopt(section('again', 3));
    expect(draft.snapshot().text).toBe('typing');
    await draft.flush();
  });

  it('ignores an older answer of the vault', () => {
    const { draft } = draftOf('new', 5);
    draft.adopt(section('old', 4));
    expect(draft.snapshot().text).toBe('new');
  });

  it('is saved at once when the screen is left', async () => {
    const { draft, save } = draftOf();
    draft.edit('leaving');
    expect(await draft.flush()).toBe(true);
    expect(save).toHaveBeenCalledExactlyOnceWith('leaving', 0);
  });

  it('ends with one last save, and keeps neither the text nor a timer', async () => {
    const { draft, save } = draftOf('', 2);
    draft.edit('last words');
    expect(await draft.end()).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledExactlyOnceWith('last words', 2);
    expect(draft.snapshot().text).toBe('');
  });

  it('ends while a save is under way: once more only for what came after', async () => {
    const first = held<SavedView>();
    const { draft, save } = draftOf();
    save.mockReturnValueOnce(first.promise);
    draft.edit('sent');
    await vi.advanceTimersByTimeAsync(300);
    const ended = draft.end();
    first.resolve(saved(7));
    expect(await ended).toBe(true);
    expect(save).toHaveBeenCalledOnce();

    const second = held<SavedView>();
    const other = draftOf();
    other.save.mockReturnValueOnce(second.promise);
    other.draft.edit('sent');
    await vi.advanceTimersByTimeAsync(300);
    other.draft.edit('sent, and more');
    const done = other.draft.end();
    second.resolve(saved(7));
    expect(await done).toBe(true);
    expect(other.save).toHaveBeenLastCalledWith('sent, and more', 7);
  });

  it('says when the end could not save it, and does not try again once it was refused as locked', async () => {
    const { draft, save } = draftOf();
    save.mockRejectedValue(failure('locked', 'Locked.', true));
    draft.edit('lost');
    await vi.advanceTimersByTimeAsync(300);
    expect(await draft.end()).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledOnce();
    expect(draft.snapshot().text).toBe('');
  });
});
