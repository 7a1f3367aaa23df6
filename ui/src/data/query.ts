// One view of the backend: fetched, fetched again when its topic changes, never painted out of order.
import type { AppEvent } from '../generated/AppEvent';
import type { CommandError } from '../generated/CommandError';
import { toCommandError } from './errors';

export interface View<T> {
  data: T | undefined;
  /** Why the newest fetch failed; `data` is then the last known. */
  error: CommandError | undefined;
  fetching: boolean;
}

export interface Source {
  subscribe(listener: (event: AppEvent | 'gap') => void): () => void;
}

/** What a view waits for before it follows an event: text of the same thing that is about to be saved. */
export interface Saving {
  isPending(): boolean;
  subscribe(listener: () => void): () => void;
}

export class Query<T> {
  private view: View<T> = { data: undefined, error: undefined, fetching: true };
  private readonly listeners = new Set<() => void>();
  private stopSource: (() => void) | undefined;
  private running = false;
  private again = false;
  /** Something changed while text was about to be saved. */
  private late = false;
  /** Grows whenever something newer than the fetch under way was painted. */
  private epoch = 0;

  constructor(
    private readonly fetch: () => Promise<T>,
    private readonly source: Source,
    private readonly concerns: (event: AppEvent) => boolean,
    /** Its screen does not ask whether it is fetched again: one drawing a fetch instead of two. */
    private readonly quiet = false,
    /** Until this is done the screen is ahead of the vault: fetching would only hold up who types. */
    private readonly saving?: Saving,
  ) {}

  readonly snapshot = (): View<T> => this.view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Begins to follow; returns how to stop. */
  start(): () => void {
    const { saving } = this;
    const stopEvents = this.source.subscribe((event) => {
      if (event !== 'gap' && !this.concerns(event)) return;
      if (event !== 'gap' && saving?.isPending()) this.late = true;
      else this.refetch();
    });
    const stopSaving = saving?.subscribe(() => {
      if (this.late && !saving.isPending()) this.refetch();
    });
    this.stopSource = () => {
      stopEvents();
      stopSaving?.();
    };
    this.refetch();
    return () => {
      this.stopSource?.();
      this.stopSource = undefined;
      // An answer that is still under way belongs to the past.
      this.epoch += 1;
      this.running = false;
      this.again = false;
    };
  }

  readonly refetch = (): void => {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    this.late = false;
    const epoch = this.epoch;
    if (!this.quiet || this.view.data === undefined) this.paint({ ...this.view, fetching: true });
    this.fetch().then(
      (data) => this.settle(epoch, { data, error: undefined, fetching: false }),
      (thrown: unknown) =>
        this.settle(epoch, {
          data: this.view.data,
          error: toCommandError(thrown),
          fetching: false,
        }),
    );
  };

  /** Paints the answer of a command that returned the whole view; older fetches are dropped. */
  readonly put = (data: T): void => {
    this.epoch += 1;
    const wasRunning = this.running;
    this.running = false;
    this.again = false;
    this.paint({ data, error: undefined, fetching: false });
    if (wasRunning) this.refetch();
  };

  private settle(epoch: number, view: View<T>) {
    if (epoch !== this.epoch) return;
    this.running = false;
    this.paint(view);
    if (this.again) {
      this.again = false;
      this.refetch();
    }
  }

  private paint(view: View<T>) {
    this.view = view;
    for (const listener of this.listeners) listener();
  }
}
