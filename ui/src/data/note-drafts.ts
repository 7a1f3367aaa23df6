// The drafts of one visit's note: one per section, and how the whole of it stands.
import type { NoteSection } from '../generated/NoteSection';
import type { NoteView } from '../generated/NoteView';
import type { Host } from '../host/host';
import { SectionDraft, type SaveState } from './section-draft';
import { SpellingTour } from './spelling-tour';

export interface NoteSaving {
  kind: SaveState['kind'];
  /** Of the newest save. */
  savedAt: string | null;
}

export class NoteDrafts {
  private readonly drafts = new Map<string, SectionDraft>();
  private readonly known = new Map<string, NoteSection>();
  private readonly listeners = new Set<() => void>();
  private saving: NoteSaving = { kind: 'saved', savedAt: null };
  private last: string | undefined;
  /** From one unknown word to the next. */
  readonly spelling = new SpellingTour();
  /** Signing is under way: what is typed or inserted now would race it. */
  locked = false;

  constructor(
    private readonly host: Host,
    private readonly visit: string,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): NoteSaving => this.saving;

  /** What is typed is on its way into the vault; not so when that failed, or met other text. */
  isPending(): boolean {
    return this.saving.kind === 'waiting' || this.saving.kind === 'saving';
  }

  /** Where "Insert into note" goes. */
  get lastSection(): string | undefined {
    return this.last;
  }

  touch(section: string): void {
    if (!ofAmendment(section)) this.last = section;
  }

  /** The sections as the vault has them now, of the note or of the addendum or correction. */
  private async read(section: string): Promise<NoteSection[]> {
    const { host, visit } = this;
    if (!ofAmendment(section)) return (await host.call('note_get', { visit })).sections;
    const id = section.slice(0, section.indexOf('/'));
    const { sections } = await host.call('amendment_get', { visit, id });
    return sections.map((one) => one.section);
  }

  /** The draft of a section; the first call begins it with the vault's text. */
  of(section: NoteSection): SectionDraft {
    this.known.set(section.section, section);
    let draft = this.drafts.get(section.section);
    if (!draft) {
      const { visit, host } = this;
      const name = section.section;
      draft = new SectionDraft(section, {
        save: (text, base_revision) =>
          host.call('note_edit', { visit, section: name, text, base_revision }),
        read: async () => {
          const found = (await this.read(name)).find((one) => one.section === name);
          if (!found) throw new Error('section is gone');
          return found;
        },
        changed: () => this.changed(),
      });
      this.drafts.set(name, draft);
    }
    return draft;
  }

  byName(section: string): SectionDraft | undefined {
    return this.drafts.get(section);
  }

  /** Sections that the note no longer lists while text of theirs is not saved yet. */
  left(note: NoteView): NoteSection[] {
    const listed = new Set(note.sections.map((one) => one.section));
    return [...this.drafts]
      .filter(([name, draft]) => !listed.has(name) && !ofAmendment(name) && draft.dirty())
      .flatMap(([name]) => this.known.get(name) ?? []);
  }

  adopt(note: Pick<NoteView, 'sections'>): void {
    for (const section of note.sections) this.of(section).adopt(section);
    this.changed();
  }

  async flush(): Promise<boolean> {
    const all = await Promise.all([...this.drafts.values()].map((draft) => draft.flush()));
    return all.every(Boolean);
  }

  /** Ends without saving: these texts belong to a session that is over. */
  close(): void {
    this.locked = true;
    for (const draft of this.drafts.values()) draft.close();
    this.drafts.clear();
    this.known.clear();
  }

  /** Ends with one last try for what is not saved. True: nothing was lost. */
  async end(): Promise<boolean> {
    this.locked = true;
    const all = [...this.drafts.values()];
    this.drafts.clear();
    this.known.clear();
    this.last = undefined;
    return (await Promise.all(all.map((draft) => draft.end()))).every(Boolean);
  }

  hasUnsaved(): boolean {
    return [...this.drafts.values()].some((draft) => draft.dirty());
  }

  retryFailed(): void {
    for (const draft of this.drafts.values()) draft.retry();
  }

  private changed() {
    const order: SaveState['kind'][] = ['conflict', 'failed', 'saving', 'waiting', 'saved'];
    const views = [...this.drafts.values()].map((draft) => draft.snapshot());
    const kind = order.find((one) => views.some((view) => view.state.kind === one)) ?? 'saved';
    const savedAt = views.map((view) => view.savedAt).reduce(newest, null);
    if (kind !== this.saving.kind || savedAt !== this.saving.savedAt) {
      this.saving = { kind, savedAt };
    }
    for (const listener of this.listeners) listener();
  }
}

/** Sections of an addendum or a correction are named `<draft>/<section>`. */
const ofAmendment = (section: string) => section.includes('/');

function newest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) >= Date.parse(b) ? a : b;
}
