// The text of one note section between the keyboard and the vault.
// Saves 300 ms after the last keystroke and at most 500 ms after the first unsaved one; one save at
// a time; a conflict waits for the clinician; a failure keeps the text and tries again.
import type { CommandError } from '../generated/CommandError';
import type { NoteSection } from '../generated/NoteSection';
import type { RestoredView } from '../generated/RestoredView';
import type { SavedView } from '../generated/SavedView';
import { toCommandError } from './errors';

export const QUIET_MS = 300;
export const LONGEST_MS = 500;
const RETRY_MS = [1_000, 3_000, 10_000, 30_000];

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'waiting' }
  | { kind: 'saving' }
  | { kind: 'failed'; error: CommandError }
  | { kind: 'conflict'; theirs: string };

export interface DraftView {
  text: string;
  state: SaveState;
  savedAt: string | null;
}

export interface DraftPort {
  save(text: string, baseRevision: number): Promise<SavedView>;
  /** The section as the vault has it now, to settle a conflict. */
  read(): Promise<NoteSection>;
  changed(): void;
}

export class SectionDraft {
  private view: DraftView;
  private revision: number;
  private savedText: string;
  private focused = false;
  private latest: NoteSection | undefined;
  private theirRevision = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private firstUnsavedAt: number | undefined;
  private inFlight: Promise<boolean> | undefined;
  private sent: string | undefined;
  private failures = 0;
  private closed = false;

  constructor(
    section: NoteSection,
    private readonly port: DraftPort,
  ) {
    this.revision = section.revision;
    this.savedText = section.text;
    this.view = { text: section.text, state: { kind: 'saved' }, savedAt: section.saved_at };
  }

  readonly snapshot = (): DraftView => this.view;

  edit(text: string): void {
    if (this.closed || text === this.view.text) return;
    const conflict = this.view.state.kind === 'conflict';
    this.paint({ text, ...(conflict ? {} : { state: { kind: 'waiting' } }) });
    if (!conflict) this.schedule();
  }

  focus(): void {
    this.focused = true;
  }

  blur(): void {
    this.focused = false;
    if (this.latest) this.adopt(this.latest);
    void this.flush();
  }

  /** The vault's text came by. It never replaces text that is being edited. */
  adopt(section: NoteSection): void {
    if (this.closed || section.revision <= this.revision || this.dirty() || this.inFlight) return;
    if (this.focused) {
      this.latest = section;
      return;
    }
    this.latest = undefined;
    this.revision = section.revision;
    this.savedText = section.text;
    this.failures = 0;
    this.paint({ text: section.text, state: { kind: 'saved' }, savedAt: section.saved_at });
  }

  /** Ends without saving; whatever still comes is not kept. */
  close(): void {
    this.closed = true;
    this.stopTimer();
    this.view = { text: '', state: { kind: 'saved' }, savedAt: null };
    this.savedText = '';
    this.sent = undefined;
    this.latest = undefined;
  }

  /** Ends with one last try; the text is let go of, whatever the answer. True: the vault has it. */
  async end(): Promise<boolean> {
    const { text, state } = this.view;
    const { inFlight, sent } = this;
    const refused = state.kind === 'conflict' || isLocked(state);
    const dirty = this.dirty();
    this.close();
    if (!dirty) return true;
    if (inFlight && (await inFlight) && sent === text) return true;
    if (refused) return false;
    return this.port.save(text, this.revision).then(
      () => true,
      () => false,
    );
  }

  dirty(): boolean {
    return this.view.text !== this.savedText || this.view.state.kind === 'conflict';
  }

  /** Saves now. True: nothing is left unsaved. */
  async flush(): Promise<boolean> {
    this.stopTimer();
    for (let round = 0; round < 20; round += 1) {
      if (this.inFlight) await this.inFlight;
      const { kind } = this.view.state;
      if (kind === 'conflict') return false;
      if (!this.dirty()) return true;
      if (kind === 'failed' && round > 0) return false;
      await this.save();
    }
    return !this.dirty();
  }

  retry(): void {
    if (this.view.state.kind === 'failed') void this.flush();
  }

  /**
   * Replaces the text by an earlier one that the vault brings back, as an edit of its own. What is
   * typed is saved before, so that it stays a version; without that nothing is brought back.
   */
  async bringBack(ask: (baseRevision: number) => Promise<RestoredView>): Promise<RestoredView> {
    if (!(await this.flush())) throw new Error('what is typed is not saved');
    const restored = await ask(this.revision);
    // Typed while it was under way: that goes on from what was brought back, and is a conflict to settle.
    if (this.closed || restored.revision <= this.revision) return restored;
    if (this.dirty()) {
      this.theirRevision = restored.revision;
      this.stopTimer();
      this.paint({ state: { kind: 'conflict', theirs: restored.text } });
      return restored;
    }
    this.revision = restored.revision;
    this.savedText = restored.text;
    this.latest = undefined;
    this.paint({ text: restored.text, state: { kind: 'saved' }, savedAt: restored.saved_at });
    return restored;
  }

  /** The clinician chose between the two texts. */
  resolve(text: string): void {
    if (this.view.state.kind !== 'conflict') return;
    this.savedText = this.view.state.theirs;
    this.revision = this.theirRevision;
    this.latest = undefined;
    if (text === this.savedText) this.paint({ text, state: { kind: 'saved' } });
    else {
      this.paint({ text, state: { kind: 'waiting' } });
      void this.save();
    }
  }

  private schedule() {
    if (this.closed) return;
    const now = Date.now();
    this.firstUnsavedAt ??= now;
    const wait = Math.max(0, Math.min(QUIET_MS, this.firstUnsavedAt + LONGEST_MS - now));
    this.stopTimer();
    this.timer = setTimeout(() => void this.save(), wait);
  }

  private save(): Promise<boolean> {
    this.stopTimer();
    if (this.inFlight) return this.inFlight;
    if (!this.dirty() || this.view.state.kind === 'conflict') {
      if (this.view.state.kind === 'waiting') this.paint({ state: { kind: 'saved' } });
      return Promise.resolve(true);
    }
    const sent = this.view.text;
    this.sent = sent;
    this.firstUnsavedAt = undefined;
    this.paint({ state: { kind: 'saving' } });
    this.inFlight = this.send(sent).finally(() => {
      this.inFlight = undefined;
      if (this.view.text !== this.savedText && this.view.state.kind === 'waiting') this.schedule();
    });
    return this.inFlight;
  }

  private async send(sent: string): Promise<boolean> {
    try {
      const saved = await this.port.save(sent, this.revision);
      this.revision = saved.revision;
      if (this.closed) return true;
      this.savedText = sent;
      this.failures = 0;
      const more = this.view.text !== sent;
      this.paint({ state: { kind: more ? 'waiting' : 'saved' }, savedAt: saved.saved_at });
      return true;
    } catch (thrown) {
      const error = toCommandError(thrown);
      if (error.code === 'note_conflict') await this.meetConflict(error);
      else this.fail(error);
      return false;
    }
  }

  private async meetConflict(error: CommandError) {
    let theirs: NoteSection;
    try {
      theirs = await this.port.read();
    } catch {
      this.fail(error);
      return;
    }
    this.failures = 0;
    if (!this.closed && theirs.text === this.view.text) {
      this.revision = theirs.revision;
      this.savedText = theirs.text;
      this.paint({ state: { kind: 'saved' }, savedAt: theirs.saved_at });
      return;
    }
    if (this.closed) return;
    this.theirRevision = theirs.revision;
    this.paint({ state: { kind: 'conflict', theirs: theirs.text } });
  }

  private fail(error: CommandError) {
    this.paint({ state: { kind: 'failed', error } });
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 30_000;
    this.failures += 1;
    if (error.retryable && !this.closed) this.timer = setTimeout(() => void this.save(), wait);
  }

  private stopTimer() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private paint(change: Partial<DraftView>) {
    if (this.closed) return;
    this.view = { ...this.view, ...change };
    this.port.changed();
  }
}

function isLocked(state: SaveState): boolean {
  return state.kind === 'failed' && state.error.code === 'locked';
}
