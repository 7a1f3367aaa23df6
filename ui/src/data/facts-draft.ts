// The facts form between the hand and the vault: the newest set wins, one save at a time.
import type { CommandError } from '../generated/CommandError';
import type { VisitFacts } from '../generated/VisitFacts';
import type { VisitView } from '../generated/VisitView';
import { toCommandError } from './errors';

const TYPING_MS = 400;

export interface FactsDraftView {
  /** What the form shows while it is ahead of the vault. */
  facts: VisitFacts | undefined;
  error: CommandError | undefined;
}

export class FactsDraft {
  private view: FactsDraftView = { facts: undefined, error: undefined };
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private inFlight: Promise<boolean> | undefined;
  private sent: VisitFacts | undefined;
  private closed = false;
  private hear: ((visit: VisitView) => void) | undefined;

  /** Of what waits to be saved, nothing was set in the form. */
  private unseen = true;

  constructor(private readonly save: (facts: VisitFacts, unseen: boolean) => Promise<VisitView>) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): FactsDraftView => this.view;

  /** Hears each answer, so that the visit is painted without a further fetch. */
  onSaved(hear: (visit: VisitView) => void): void {
    if (!this.closed) this.hear = hear;
  }

  /** `elsewhere`: set outside the form, which may not be on the screen. */
  set(facts: VisitFacts, how: 'chosen' | 'typed' | 'elsewhere'): void {
    if (this.closed) return;
    this.unseen &&= how === 'elsewhere';
    this.paint({ facts, error: undefined });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), how === 'typed' ? TYPING_MS : 0);
  }

  /** Ends without saving: these facts belong to a session that is over. */
  close(): void {
    clearTimeout(this.timer);
    this.closed = true;
    this.hear = undefined;
    this.view = { facts: undefined, error: undefined };
    this.sent = undefined;
  }

  /** Ends with one last try; the facts are let go of, whatever the answer. True: the vault has them. */
  async end(): Promise<boolean> {
    const { facts, error } = this.view;
    const { inFlight, sent } = this;
    this.close();
    if (facts === undefined) return true;
    if (inFlight && (await inFlight) && sent === facts) return true;
    if (error?.code === 'locked') return false;
    return this.save(facts, this.unseen).then(
      () => true,
      () => false,
    );
  }

  hasUnsaved(): boolean {
    return this.view.facts !== undefined;
  }

  /** Saves now. True: nothing is left unsaved. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    for (let round = 0; round < 20; round += 1) {
      if (this.inFlight) await this.inFlight;
      if (this.view.facts === undefined) return true;
      if (this.view.error && round > 0) return false;
      this.inFlight ??= this.send(this.view.facts).finally(() => {
        this.inFlight = undefined;
      });
      await this.inFlight;
    }
    return false;
  }

  private async send(facts: VisitFacts): Promise<boolean> {
    this.sent = facts;
    try {
      const visit = await this.save(facts, this.unseen);
      this.hear?.(visit);
      if (this.view.facts === facts) {
        this.unseen = true;
        this.paint({ facts: undefined, error: undefined });
      }
      return true;
    } catch (thrown) {
      if (this.view.facts === facts) this.paint({ facts, error: toCommandError(thrown) });
      return false;
    }
  }

  private paint(view: FactsDraftView) {
    if (this.closed) return;
    this.view = view;
    for (const listener of this.listeners) listener();
  }
}
