import { screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { FakeHost } from '../../host/fake';
import { openWindow } from '../../test/window';

const argsOf = (host: FakeHost, name: string) =>
  host.calls.filter((call) => call.name === name).map((call) => call.args);

/** This page lays nothing out: whether the sentence to ask is in sight is said here. */
function inSight(shown: boolean) {
  const box = new DOMRect(0, 0, shown ? 100 : 0, 20);
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue(box);
  document.elementFromPoint = () => document.getElementById('identity-script');
}

describe('whose chart it is', () => {
  afterEach(() => void Reflect.deleteProperty(document, 'elementFromPoint'));

  it('is confirmed by name and birth date with one key, while one types too', async () => {
    const { host, user } = await openWindow();
    inSight(true);
    screen.getByTestId('note-hpi').focus();
    await user.keyboard('{Alt>}i{/Alt}');
    expect(await screen.findByTestId('identity-confirmed')).toBeInTheDocument();
    expect(host.visit.identity.confirmed).toEqual(['name', 'birth_date']);
    expect(screen.getByTestId('note-hpi')).toHaveFocus();
  });

  it('is confirmed by nobody who does not see what to ask: the key brings it on screen first', async () => {
    const { host, user } = await openWindow();
    await user.click(screen.getByTestId('hide-room'));
    inSight(false);
    await user.keyboard('{Alt>}i{/Alt}');
    await waitFor(() => expect(screen.queryByTestId('show-room')).toBeNull());
    await waitFor(() => expect(screen.getByTestId('identity-confirm-both')).toHaveFocus());
    expect(argsOf(host, 'identity_confirm')).toEqual([]);
  });

  it('is not offered for one key while something about the chart is undecided', async () => {
    const { host, user } = await openWindow('wrong-encounter');
    inSight(true);
    expect(screen.queryByTestId('identity-confirm-both')).toBeNull();
    await user.keyboard('{Alt>}i{/Alt}');
    expect(argsOf(host, 'identity_confirm')).toEqual([]);
  });
});

describe('a wrong encounter', () => {
  it('is said with every way out: another one of today, none, or away from the visit', async () => {
    const { host, user } = await openWindow('wrong-encounter');
    const issue = screen.getByTestId('issue-wrong_encounter');
    expect(issue).toHaveAttribute('data-open', 'true');
    expect(issue).toHaveTextContent('belongs to another patient. Nothing is written into it.');
    expect(screen.getByTestId('issue-wrong_encounter-without_encounter')).toBeEnabled();
    expect(screen.getByTestId('issue-wrong_encounter-leave')).toBeEnabled();
    await user.click(screen.getByTestId('issue-wrong_encounter-take_encounter-enc-1100'));
    await waitFor(() =>
      expect(screen.getByTestId('issue-wrong_encounter')).toHaveAttribute('data-open', 'false'),
    );
    expect(argsOf(host, 'identity_decide')).toMatchObject([
      { issue: 'wrong_encounter', decision: 'take_encounter', encounter: 'enc-1100' },
    ]);
  });

  it('leads to the day’s list when the visit is left', async () => {
    const { host, user } = await openWindow('wrong-encounter', (fake) => {
      fake.instead.identity_decide = () => {
        fake.app = { ...fake.app, current_visit: null };
        fake.tell('app', null);
        return fake.visit;
      };
    });
    await user.click(screen.getByTestId('issue-wrong_encounter-leave'));
    expect(await screen.findByTestId('day')).toBeInTheDocument();
    expect(host.visit.identity.state).toBe('unconfirmed');
  });
});
