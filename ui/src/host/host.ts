// What the window needs from whatever carries it: call a command, hear what changed.
import type { AppEvent } from '../generated/AppEvent';
import type { CommandName, Commands } from '../generated/commands';

export interface Host {
  /** Rejects with a CommandError object. */
  call<N extends CommandName>(
    name: N,
    args: Commands[N]['arguments'],
  ): Promise<Commands[N]['result']>;
  /**
   * Follows what changed; returns how to stop.
   * `onGap` is called when events may have been missed, so that every view is fetched again.
   */
  events(onEvent: (event: AppEvent) => void, onGap?: () => void): () => void;
  /** Where windows are tabs: opens the chart's, after the command said that it may. */
  openChart?: () => void;
  /** Where files are downloads: hands over the one that a command just saved. */
  download?: () => Promise<void>;
}
