// What outlives the screens: the host, its events, and text that is not saved yet.
import type { AppEvent } from '../generated/AppEvent';
import type { AppView } from '../generated/AppView';
import type { SignInPurpose } from '../generated/SignInPurpose';
import type { Topic } from '../generated/Topic';
import type { Host } from '../host/host';
import { toCommandError } from './errors';
import { FactsDraft } from './facts-draft';
import { NoteDrafts } from './note-drafts';
import type { Source } from './query';

export interface AskedSignIn {
  who?: string;
}

export class Client implements Source {
  private readonly listeners = new Set<(event: AppEvent | 'gap') => void>();
  private readonly notes = new Map<string, NoteDrafts>();
  private readonly facts = new Map<string, FactsDraft>();
  private lastSeq: number | undefined;
  private who: string | undefined;
  private covered = false;
  private lost = false;
  private asked: AskedSignIn | undefined;
  private signingIn = false;
  /** Who was offered an offline PIN in this run and did not want one. */
  readonly pinOffers = new Set<string>();
  readonly host: Host;

  constructor(host: Host) {
    this.host = {
      call: async (name, args) => {
        try {
          const answer = await host.call(name, args);
          return name === 'app_state' ? this.meet(answer as AppView) : answer;
        } catch (thrown) {
          // The host locked by itself: the cover must come down, whether its event came or not.
          if (toCommandError(thrown).code === 'locked') this.renew('app');
          throw thrown;
        }
      },
      events: (onEvent, onGap) => host.events(onEvent, onGap),
      ...(host.openChart && { openChart: host.openChart }),
      ...(host.download && { download: host.download }),
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
      draft = new FactsDraft((facts, unseen) =>
        this.host.call('facts_set', { visit, facts, unseen }),
      );
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

  /** True: something typed just before the screen was covered could not be saved. */
  readonly lostText = (): boolean => this.lost;

  /** Asks the EHR for a sign-in; `who`: the clinician who was chosen. */
  async signIn(iss: string, purpose: SignInPurpose, who?: string): Promise<void> {
    this.asked = who === undefined ? {} : { who };
    try {
      await this.host.call('sign_in', { iss, purpose });
    } catch (thrown) {
      this.asked = undefined;
      throw thrown;
    }
  }

  /** The sign-in that is under way was asked for in this window; else a launch began it. */
  askedSignIn(): AskedSignIn | undefined {
    return this.asked;
  }

  /** What may be painted of an answer. Drafts end with the session, before the next one is painted. */
  private meet(app: AppView): AppView {
    // Blocked is not the end of a session: what is typed waits until the vault opens again.
    if (app.phase === 'blocked') return app;
    if (this.signingIn && app.phase !== 'signing_in') this.asked = undefined;
    this.signingIn = app.phase === 'signing_in';
    const was = this.covered;
    // A sign-in that starts from the lock screen lifts no cover before it is through.
    this.covered =
      app.phase === 'locked' ||
      (app.phase === 'signing_in' && (was || app.locked_account !== null));
    if (this.covered) {
      if (!was) void this.cover();
      this.who = '';
      return { ...app, session: null, visits: [], current_visit: null };
    }
    if (app.phase === 'ready') this.lost = false;
    const who = sessionKey(app);
    if (who !== this.who) this.drop();
    this.who = who;
    return app;
  }

  /** Lets go of every text of the visits, after one last try for what is not saved. */
  private async cover() {
    const drafts = [...this.notes.values(), ...this.facts.values()];
    this.notes.clear();
    this.facts.clear();
    const saved = await Promise.all(drafts.map((draft) => draft.end()));
    if (saved.every(Boolean) || !this.covered) return;
    this.lost = true;
    this.renew('app');
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
