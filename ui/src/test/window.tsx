// Opens the whole window over the fake host, the way a test wants it.
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { App } from '../features/app/App';
import { FakeHost } from '../host/fake';
import { dressScene } from '../host/fake-scenes';

export async function openWindow(scene = '', prepare: (host: FakeHost) => void = () => undefined) {
  const host = new FakeHost({ step: 5 });
  dressScene(host, scene);
  prepare(host);
  const user = userEvent.setup({ delay: null });
  render(<App host={host} />);
  await screen.findByTestId('note-hpi');
  return { host, user };
}

/** For a scene where nothing is asked of the person on the call any more. */
export function confirmIdentity(host: FakeHost): void {
  const { visit } = host;
  const confirmed_at = new Date().toISOString();
  const identity = { ...visit.identity, state: 'confirmed' as const, confirmed_at };
  host.visits.set(visit.visit, { ...visit, identity });
}

/** A promise that the test settles itself. */
export function held<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
