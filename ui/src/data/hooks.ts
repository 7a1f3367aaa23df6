// How a screen reads and acts: views that follow events, and commands with their progress.
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { CommandError } from '../generated/CommandError';
import type { CommandName, Commands } from '../generated/commands';
import type { Topic } from '../generated/Topic';
import type { Client } from './client';
import { toCommandError } from './errors';
import { Query, type Saving, type View } from './query';

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('useClient outside of ClientContext');
  return client;
}

export interface LiveView<T> extends View<T> {
  /** Paints the answer of a command that returned this whole view. */
  put: (data: T) => void;
  refetch: () => void;
}

/**
 * Fetches on mount and whenever one of the topics changes for this visit (or for all); not while
 * `saving` is under way.
 */
export function useView<N extends CommandName>(
  name: N,
  args: Commands[N]['arguments'],
  topics: readonly Topic[],
  { quiet = false, saving }: { quiet?: boolean; saving?: Saving } = {},
): LiveView<Commands[N]['result']> {
  const client = useClient();
  const argsKey = JSON.stringify(args);
  const topicsKey = topics.join(' ');
  const query = useMemo(() => {
    const fixed = JSON.parse(argsKey) as Commands[N]['arguments'];
    const { visit } = fixed as { visit?: string };
    const wanted = topicsKey.split(' ');
    return new Query<Commands[N]['result']>(
      () => client.host.call(name, fixed),
      client,
      (event) =>
        wanted.includes(event.topic) &&
        (event.visit === null || visit === undefined || event.visit === visit),
      quiet,
      saving,
    );
  }, [client, name, argsKey, topicsKey, quiet, saving]);
  useEffect(() => query.start(), [query]);
  const view = useSyncExternalStore(query.subscribe, query.snapshot);
  return useMemo(() => ({ ...view, put: query.put, refetch: query.refetch }), [view, query]);
}

export interface Action<A extends unknown[]> {
  run: (...args: A) => Promise<boolean>;
  pending: boolean;
  error: CommandError | undefined;
  clear: () => void;
}

/** Runs a command and keeps its progress and its error for the screen. True: it worked. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>): Action<A> {
  const [state, setState] = useState<{ pending: boolean; error: CommandError | undefined }>({
    pending: false,
    error: undefined,
  });
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  // The same function for as long as the screen lives: what is given it need not be drawn again.
  const run = useCallback(async (...args: A) => {
    setState({ pending: true, error: undefined });
    try {
      await latest.current(...args);
      setState({ pending: false, error: undefined });
      return true;
    } catch (thrown) {
      setState({ pending: false, error: toCommandError(thrown) });
      return false;
    }
  }, []);
  const clear = useCallback(() => setState({ pending: false, error: undefined }), []);
  return { run, ...state, clear };
}
