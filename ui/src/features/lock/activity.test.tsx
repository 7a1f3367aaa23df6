import { fireEvent, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../../data/client';
import { FakeHost } from '../../host/fake';
import { ACTIVITY_MS, CALL_MS, useActivity, useCallActivity } from './use-activity';

function watch(isOn = true) {
  const host = new FakeHost();
  const client = new Client(host);
  const hook = renderHook(({ on }) => useActivity(client, on, 'v1'), {
    initialProps: { on: isOn },
  });
  const told = () => host.calls.filter((call) => call.name === 'activity').length;
  return { host, hook, told };
}

describe('activity', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is told at once, then at most every 15 seconds, and once more for what fell between', () => {
    const { told } = watch();
    for (let key = 0; key < 50; key += 1) fireEvent.keyDown(document.body, { key: 'a' });
    fireEvent.pointerMove(document.body);
    expect(told()).toBe(1);
    vi.advanceTimersByTime(ACTIVITY_MS);
    expect(told()).toBe(2);
    vi.advanceTimersByTime(10 * ACTIVITY_MS);
    expect(told()).toBe(2);
    fireEvent.pointerDown(document.body);
    expect(told()).toBe(3);
  });

  it('says what was worked on, so that the time of the visit is counted', () => {
    const { host } = watch();
    document.body.innerHTML = '<section id="pane-chart"><p>A1c</p></section><button>Lock</button>';
    fireEvent.wheel(document.querySelector('p')!);
    expect(host.calls.at(-1)?.args).toEqual({ visit: 'v1', on: 'chart' });
    fireEvent.pointerDown(document.querySelector('button')!);
    vi.advanceTimersByTime(ACTIVITY_MS);
    expect(host.calls.at(-1)?.args).toEqual({});
  });

  it('is told by itself while a call runs, until it ends or was left alone for too long', () => {
    const host = new FakeHost();
    const client = new Client(host);
    const hook = renderHook(({ on }) => useCallActivity(client, on), {
      initialProps: { on: true },
    });
    const told = () => host.calls.filter((call) => call.name === 'activity').length;
    vi.advanceTimersByTime(20 * ACTIVITY_MS);
    expect(told()).toBe(21);
    vi.advanceTimersByTime(CALL_MS);
    const before = told();
    vi.advanceTimersByTime(4 * ACTIVITY_MS);
    expect(told()).toBe(before);
    fireEvent.keyDown(document.body, { key: 'a' });
    vi.advanceTimersByTime(2 * ACTIVITY_MS);
    expect(told()).toBe(before + 2);
    hook.rerender({ on: false });
    vi.advanceTimersByTime(10 * ACTIVITY_MS);
    expect(told()).toBe(before + 2);
  });

  it('is not told while the window is covered', () => {
    const { hook, told } = watch();
    fireEvent.keyDown(document.body, { key: 'a' });
    fireEvent.keyDown(document.body, { key: 'b' });
    hook.rerender({ on: false });
    vi.advanceTimersByTime(2 * ACTIVITY_MS);
    fireEvent.keyDown(document.body, { key: 'c' });
    expect(told()).toBe(1);
  });
});
