// What outlives the screens: the host, its events, and text that is not saved yet.
import type { AppEvent } from '../generated/AppEvent';
import type { AppView } from '../generated/AppView';
import type { Topic } from '../generated/Topic';
import type { Host } from '../host/host';
import { FactsDraft } from './facts-draft';
import { NoteDrafts } from './note-drafts';
import type { Source } from './query';

export class Client implements Source {
  private readonly listeners = new Set<(event: AppEvent | 'gap') => void>();
  private readonly notes = new Map<string, NoteDrafts>();
  private readonly facts = new Map<string, FactsDraft>();
  private lastSeq: number | undefined;
  private who: string | undefined;
  readonly host: Host;

  constructor(host: Host) {
    this.host = {
      call: async (name, args) => {
        const answer = await host.call(name, args);
        if (name === 'app_state') this.meet(answer as AppView);
        return answer;
      },
      events: (onEvent, onGap) => host.events(onEvent, onGap),
    };
  }

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

  /** Fetches the views of a topic again without an event of the host. */
  renew(topic: Topic): void {
    this.tell({ seq: 0, topic, visit: null });
  }

  /** Drafts belong to one clinician at one EHR; they end with the session, before the next one is painted. */
  private meet(app: AppView) {
    // Blocked is not the end of a session: what is typed waits until the vault opens again.
    if (app.phase === 'blocked') return;
    const who = sessionKey(app);
    if (who !== this.who) this.drop();
    this.who = who;
  }

  private drop() {
    for (const drafts of this.notes.values()) drafts.close();
    for (const draft of this.facts.values()) draft.close();
    this.notes.clear();
    this.facts.clear();
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

/** Whose session it is; empty: nobody's. */
export function sessionKey({ session }: AppView): string {
  return session ? JSON.stringify([session.ehr_name, session.clinician]) : '';
}
