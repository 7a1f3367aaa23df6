import { describe, expect, it, vi } from 'vitest';
import { browserHost, takeAddress } from './browser';
import { eventsFrom } from './sse';

const streamOf = (...chunks: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

describe('the development host', () => {
  it('takes the token from the fragment and removes it from the address', () => {
    const replaceState = vi.fn();
    const location = {
      hash: '#host=http://127.0.0.1:4100/&token=secret',
      pathname: '/ui',
      search: '',
    } as Location;
    const address = takeAddress(location, { replaceState } as unknown as History);
    expect(address).toEqual({ base: 'http://127.0.0.1:4100', token: 'secret' });
    expect(replaceState).toHaveBeenCalledWith(null, '', '/ui');
  });

  it('sends the token with each command and rejects with the command error', async () => {
    const error = { code: 'not_allowed', message: 'No.', retryable: false, correlation_id: 'a' };
    const fetch = vi.fn(() =>
      Promise.resolve(new Response(JSON.stringify(error), { status: 403 })),
    );
    vi.stubGlobal('fetch', fetch);
    const host = browserHost({ base: 'http://127.0.0.1:4100', token: 'secret' });
    await expect(host.call('visit_get', { visit: 'v' })).rejects.toEqual(error);
    expect(fetch).toHaveBeenCalledWith(
      'http://127.0.0.1:4100/command/visit_get',
      expect.objectContaining({
        method: 'POST',
        body: '{"visit":"v"}',
        headers: { Authorization: 'Bearer secret', 'Content-Type': 'application/json' },
      }),
    );
    vi.unstubAllGlobals();
  });

  it('reads server-sent events however they are cut into chunks', async () => {
    const events = [];
    const body = streamOf(
      'id: 1\nda',
      'ta: {"seq"',
      ':1}\n\n: keep-alive\n\ndata: a\ndata: b\r\n\r\n',
    );
    for await (const data of eventsFrom(body)) events.push(data);
    expect(events).toEqual(['{"seq":1}', 'a\nb']);
  });
});
