// Earlier versions of the fake host's note: each saved text is one.
import type { CommandError } from '../generated/CommandError';
import type { ErrorCode } from '../generated/ErrorCode';
import type { NoteSection } from '../generated/NoteSection';
import type { NoteVersionsView } from '../generated/NoteVersionsView';
import type { NoteVersionView } from '../generated/NoteVersionView';
import type { NoteView } from '../generated/NoteView';
import type { RestoredView } from '../generated/RestoredView';

interface Port {
  note: () => NoteView;
  put: (note: NoteView) => void;
  failure: (code: ErrorCode, message: string) => CommandError;
}

interface Version {
  revision: number;
  text: string;
  at: string;
}

const clock = (at: string) => at.slice(11, 19);
const count = (text: string) => text.split(/\s+/).filter(Boolean).length;

export class FakeHistory {
  private readonly versions = new Map<string, Version[]>();
  /** What undo took, and what it left there. */
  private readonly undone = new Map<string, { text: string; at: string; left: string }[]>();

  constructor(private readonly port: Port) {}

  /** Keeps what a section said before an edit. */
  add({ section, revision, text, saved_at }: NoteSection): void {
    if (revision === 0) return;
    this.of(section).unshift({ revision, text, at: saved_at ?? new Date().toISOString() });
  }

  list(section: string): NoteVersionsView {
    const now = this.now(section);
    const current = { revision: now.revision, text: now.text, at: now.saved_at ?? '' };
    const versions = now.revision === 0 ? [] : [current, ...this.of(section)];
    return {
      section,
      versions: versions.map(({ revision, text, at }, index) => ({
        revision,
        saved_at: at,
        time: clock(at),
        words: `${count(text)} words`,
        current: index === 0,
      })),
    };
  }

  one(section: string, revision: number): NoteVersionView {
    const { text } = this.now(section);
    const found = [this.now(section), ...this.of(section)].find((one) => one.revision === revision);
    const only_here = found !== undefined && !text.startsWith(found.text);
    const parts = found && found.text !== '' ? [{ text: found.text, only_here }] : [];
    return { section, revision, parts };
  }

  restore(section: string, revision: number): RestoredView {
    const found = this.of(section).find((one) => one.revision === revision);
    if (!found) throw this.port.failure('invalid_input', 'This version is no longer kept.');
    return this.put(section, found.text, `Back to the text of ${clock(found.at)}.`);
  }

  undo(section: string): RestoredView {
    const now = this.now(section);
    const before = this.of(section).find((one) => one.text !== now.text);
    if (!before && now.text === '')
      throw this.port.failure('invalid_input', 'There is nothing earlier in this section.');
    const left = before?.text ?? '';
    const undone = { text: now.text, at: now.saved_at ?? '', left };
    this.undone.set(section, [...(this.undone.get(section) ?? []), undone]);
    const words = before ? `the text of ${clock(before.at)}` : 'the empty section';
    return this.put(section, left, `Back to ${words}.`);
  }

  redo(section: string): RestoredView {
    const undone = this.undone.get(section) ?? [];
    const { text } = this.now(section);
    const last = undone.pop();
    // What is written since goes on from there.
    if (!last || last.left !== text)
      throw this.port.failure('invalid_input', 'Nothing was undone here.');
    return this.put(section, last.text, `Forward to the text of ${clock(last.at)}.`);
  }

  private put(section: string, text: string, words: string): RestoredView {
    const note = this.port.note();
    const now = this.now(section);
    const saved = { text, revision: now.revision + 1, saved_at: new Date().toISOString() };
    this.add(now);
    const change = (one: NoteSection) => (one.section === section ? { ...one, ...saved } : one);
    this.port.put({ ...note, sections: note.sections.map(change) });
    return { section, ...saved, words };
  }

  private now(section: string): NoteSection {
    const found = this.port.note().sections.find((one) => one.section === section);
    if (!found) throw this.port.failure('invalid_input', 'This note has no such section.');
    return found;
  }

  private of(section: string): Version[] {
    let list = this.versions.get(section);
    if (!list) {
      list = [];
      this.versions.set(section, list);
    }
    return list;
  }
}
