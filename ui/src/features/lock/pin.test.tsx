import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { KELLER } from '../../host/fake-app';
import { inReach } from '../../test/reach';
import { openWindow } from '../../test/window';

async function openSheet(scene = '') {
  const opened = await openWindow(scene);
  await opened.user.click(screen.getByTestId('app-menu'));
  await opened.user.click(await screen.findByTestId('menu-pin-set'));
  await screen.findByTestId('pin-sheet');
  return opened;
}

describe('the offline PIN', () => {
  it('is set by typing it twice, says what it is for, and stays nowhere in the page', async () => {
    const { host, user } = await openSheet();
    expect(screen.getByTestId('pin-sheet')).toHaveTextContent(
      'Opens your work on this computer when the EHR cannot be reached, for up to 12 hours',
    );
    await waitFor(() => expect(screen.getByTestId('pin-first')).toHaveFocus());
    await user.keyboard('864 209');
    await user.tab();
    await user.keyboard('864209');
    await user.tab();
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByTestId('pin-sheet')).toBeNull());
    expect(host.lock.pins.get(KELLER)).toBe('864209');
    expect(screen.getByTestId('toast')).toHaveTextContent('Offline PIN saved');
    expect(inReach(/864209/, [host])).toEqual([]);
  });

  it('is not taken when it is too short or typed differently', async () => {
    const { host, user } = await openSheet();
    expect(screen.getByTestId('pin-rules')).toHaveTextContent(
      'At least 6 digits. Not all the same, and not counting up or down',
    );
    expect(screen.getByTestId('pin-first')).toHaveAccessibleDescription(/At least 6 digits/);
    await user.type(screen.getByTestId('pin-first'), '123');
    await user.type(screen.getByTestId('pin-second'), '123');
    await user.click(screen.getByTestId('pin-save'));
    expect(await screen.findByTestId('pin-invalid')).toHaveTextContent('At least 6 digits');
    expect(screen.getByTestId('pin-first')).toBeInvalid();
    expect(screen.getByTestId('pin-second')).toBeValid();
    await user.type(screen.getByTestId('pin-first'), '864209');
    await user.type(screen.getByTestId('pin-second'), '864200');
    await user.click(screen.getByTestId('pin-save'));
    await waitFor(() =>
      expect(screen.getByTestId('pin-invalid')).toHaveTextContent('not the same'),
    );
    expect(screen.getByTestId('pin-second')).toBeInvalid();
    expect(screen.getByTestId('pin-first')).toHaveValue('');
    expect(screen.getByTestId('pin-second')).toHaveValue('');
    expect(host.calls.map((call) => call.name)).not.toContain('pin_set');
  });

  it('is changed and removed where one is set', async () => {
    const { host, user } = await openSheet('with-pin');
    expect(screen.getByTestId('pin-sheet')).toHaveTextContent('Change offline PIN');
    await user.click(screen.getByTestId('pin-sheet-close'));
    await user.click(screen.getByTestId('app-menu'));
    await user.click(await screen.findByTestId('menu-pin-remove'));
    await waitFor(() => expect(host.lock.pins.has(KELLER)).toBe(false));
    expect(screen.getByTestId('toast')).toHaveTextContent('Offline PIN removed');
  });

  it('is offered once to who has none, and not again in this run when it is declined', async () => {
    const { host, user } = await openWindow();
    expect(screen.getByTestId('pin-offer')).toHaveTextContent('when the EHR cannot be reached');
    await user.click(screen.getByTestId('pin-offer-decline'));
    await waitFor(() => expect(screen.queryByTestId('pin-offer')).toBeNull());
    await host.call('visit_show', { visit: 'visit-okafor' });
    await waitFor(() => expect(screen.getByTestId('banner-name')).toHaveTextContent('OKAFOR'));
    expect(screen.queryByTestId('pin-offer')).toBeNull();
    expect(JSON.stringify([localStorage, sessionStorage])).not.toMatch(/keller/i);
  });

  it('is set from the offer, which goes with it', async () => {
    const { host, user } = await openWindow();
    await user.click(screen.getByTestId('pin-offer-set'));
    await user.type(await screen.findByTestId('pin-first'), '864209');
    await user.type(screen.getByTestId('pin-second'), '864209');
    await user.click(screen.getByTestId('pin-save'));
    await waitFor(() => expect(host.lock.pins.get(KELLER)).toBe('864209'));
    await waitFor(() => expect(screen.queryByTestId('pin-offer')).toBeNull());
  });

  it('is not offered where policy does not allow one', async () => {
    const { user } = await openWindow('', (fake) => {
      fake.app = { ...fake.app, lock: { ...fake.app.lock, pin_allowed: false } };
    });
    expect(screen.queryByTestId('pin-offer')).toBeNull();
    await user.click(screen.getByTestId('app-menu'));
    expect(await screen.findByTestId('menu-lock')).toBeInTheDocument();
    expect(screen.queryByTestId('menu-pin-set')).toBeNull();
  });
});
