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
