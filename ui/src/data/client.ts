// What outlives the screens: the host, its events, and text that is not saved yet.
import type { AppEvent } from '../generated/AppEvent';
import type { Host } from '../host/host';
import { FactsDraft } from './facts-draft';
import { NoteDrafts } from './note-drafts';
import type { Source } from './query';

export class Client implements Source {
  private readonly listeners = new Set<(event: AppEvent | 'gap') => void>();
  private readonly notes = new Map<string, NoteDrafts>();
  private readonly facts = new Map<string, FactsDraft>();
  private lastSeq: number | undefined;

  constructor(readonly host: Host) {}

  /** Begins to hear events; returns how to stop. */
  start(): () => void {
    return this.host.events(
      (event) => this.hear(event),
      () => this.tell('gap'),
    );
  }

  readonly subscribe = (listener: (event: AppEvent | 'gap') => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  notesOf(visit: string): NoteDrafts {
    let drafts = this.notes.get(visit);
    if (!drafts) {
      drafts = new NoteDrafts(this.host, visit);
      this.notes.set(visit, drafts);
    }
    return drafts;
  }

  factsOf(visit: string): FactsDraft {
    let draft = this.facts.get(visit);
    if (!draft) {
      draft = new FactsDraft((facts) => this.host.call('facts_set', { visit, facts }));
      this.facts.set(visit, draft);
    }
    return draft;
  }

  /** Sends everything that is not saved yet. */
  async flush(): Promise<void> {
    const all = [...this.notes.values(), ...this.facts.values()];
    await Promise.all(all.map((draft) => draft.flush()));
  }

  hasUnsaved(): boolean {
    return (
      [...this.notes.values()].some((drafts) => drafts.hasUnsaved()) ||
      [...this.facts.values()].some((draft) => draft.hasUnsaved())
    );
  }

  /** A save that failed for want of something may work now. */
  retryUnsaved(visit: string): void {
    this.notes.get(visit)?.retryFailed();
  }

  private hear(event: AppEvent) {
    // Numbers count without holes; a host that fell behind says 0.
    const missed = this.lastSeq !== undefined && event.seq !== this.lastSeq + 1;
    this.lastSeq = event.seq;
    this.tell(missed || event.seq === 0 ? 'gap' : event);
  }

  private tell(event: AppEvent | 'gap') {
    for (const listener of [...this.listeners]) listener(event);
  }
}
