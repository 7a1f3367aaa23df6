import { describe, expect, it, vi } from 'vitest';
import type { AppEvent } from '../generated/AppEvent';
import { failure } from '../host/fake';
import { held } from '../test/window';
import { Query, type Saving } from './query';

function queryOf(fetch: () => Promise<string>, saving?: Saving) {
  let hear: (event: AppEvent | 'gap') => void = () => undefined;
  const source = {
    subscribe: (listener: typeof hear) => {
      hear = listener;
      return () => undefined;
    },
  };
  const query = new Query(fetch, source, (event) => event.topic === 'chart', false, saving);
  const settled = () => vi.waitFor(() => expect(query.snapshot().fetching).toBe(false));
  const tell = (topic: AppEvent['topic']) => hear({ seq: 1, topic, visit: null });
  return { query, tell, gap: () => hear('gap'), settled };
}

describe('a view of the backend', () => {
  it('is fetched again when its topic changes, and only then', async () => {
    const fetch = vi.fn(() => Promise.resolve('chart'));
    const { query, tell, gap, settled } = queryOf(fetch);
    query.start();
    await settled();
    tell('note');
    expect(fetch).toHaveBeenCalledTimes(1);
    tell('chart');
    await settled();
    gap();
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it('waits until what is typed is saved, and is then fetched once', async () => {
    const fetch = vi.fn(() => Promise.resolve('chart'));
    const nobody = (): void => undefined;
    const draft = { pending: true, changed: nobody };
    const { query, tell, gap, settled } = queryOf(fetch, {
      isPending: () => draft.pending,
      subscribe: (listener) => {
        draft.changed = listener;
        return () => undefined;
      },
    });
    query.start();
    await settled();
    tell('chart');
    tell('chart');
    draft.changed();
    expect(fetch).toHaveBeenCalledTimes(1);
    draft.pending = false;
    draft.changed();
    await settled();
    draft.changed();
    expect(fetch).toHaveBeenCalledTimes(2);
    draft.pending = true;
    gap();
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it('shows the last data while it is fetched again, and when that fails', async () => {
    const second = held<string>();
    const fetch = vi.fn().mockResolvedValueOnce('first').mockReturnValueOnce(second.promise);
    const { query, settled } = queryOf(fetch);
    query.start();
    await settled();
    query.refetch();
    expect(query.snapshot()).toMatchObject({ data: 'first', fetching: true });
    second.reject(failure('ehr_unreachable', 'No answer.', true));
    await settled();
    expect(query.snapshot()).toMatchObject({ data: 'first', error: { code: 'ehr_unreachable' } });
  });

  it('never paints an answer that is older than what a command returned', async () => {
    const slow = held<string>();
    const fetch = vi.fn().mockReturnValueOnce(slow.promise).mockResolvedValueOnce('newest');
    const { query, settled } = queryOf(fetch);
    query.start();
    query.put('from the command');
    slow.resolve('stale');
    await settled();
    expect(query.snapshot().data).toBe('newest');
  });

  it('never paints an answer that arrives after the screen was left', async () => {
    const slow = held<string>();
    const { query } = queryOf(() => slow.promise);
    const stop = query.start();
    stop();
    slow.resolve('late');
    await Promise.resolve();
    expect(query.snapshot().data).toBeUndefined();
  });

  it('fetches once more, not many times, when events arrive during a fetch', async () => {
    const slow = held<string>();
    const fetch = vi.fn().mockReturnValueOnce(slow.promise).mockResolvedValue('newest');
    const { query, tell, settled } = queryOf(fetch);
    query.start();
    tell('chart');
    tell('chart');
    tell('chart');
    slow.resolve('first');
    await settled();
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});
