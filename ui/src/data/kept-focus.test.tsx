import { act, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { AFTER_OVERLAY_MS } from './focus';
import { useKeptFocus } from './kept-focus';

/** A charge that is accepted: its button is another one then, in another list. */
function Page() {
  useKeptFocus();
  const [accepted, setAccepted] = useState(false);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(true);
  return (
    <main data-testid="main">
      {shown && (
        <section id="part-codes" tabIndex={-1}>
          {accepted ? (
            <ul>
              <li id="charge-1">accepted</li>
            </ul>
          ) : (
            <article id="charge-1">
              <button onClick={() => setAccepted(true)}>Accept</button>
            </article>
          )}
          <button disabled={busy} onClick={() => setBusy(true)}>
            Wait
          </button>
        </section>
      )}
      <button onClick={() => setShown(false)}>Away</button>
      <button>Other</button>
    </main>
  );
}

const soon = () => act(() => new Promise((done) => setTimeout(done, AFTER_OVERLAY_MS + 20)));

async function pressed(name: string) {
  render(<Page />);
  const button = screen.getByRole('button', { name });
  button.focus();
  fireEvent.click(button);
  await soon();
}

describe('the focus', () => {
  it('stays with the row whose button went away', async () => {
    await pressed('Accept');
    expect(screen.getByText('accepted')).toHaveFocus();
  });

  it('stays with the part around a button that is switched off', async () => {
    await pressed('Wait');
    expect(document.querySelector('#part-codes')).toHaveFocus();
  });

  it('goes to the screen when nothing around is left', async () => {
    render(<Page />);
    screen.getByRole('button', { name: 'Accept' }).focus();
    fireEvent.click(screen.getByRole('button', { name: 'Away' }));
    await soon();
    expect(screen.getByTestId('main')).toHaveFocus();
  });

  it('is left alone where somebody has it already', async () => {
    render(<Page />);
    screen.getByRole('button', { name: 'Accept' }).focus();
    const taken = vi.fn();
    screen.getByTestId('main').addEventListener('focus', taken);
    fireEvent.click(screen.getByRole('button', { name: 'Accept' }));
    screen.getByRole('button', { name: 'Other' }).focus();
    await soon();
    expect(screen.getByRole('button', { name: 'Other' })).toHaveFocus();
    expect(taken).not.toHaveBeenCalled();
  });
});
