import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openWindow } from '../../test/window';
import { REST_MS } from './use-spelling';

const area = (section: string) => screen.getByTestId<HTMLTextAreaElement>(`note-${section}`);
const inTime = { timeout: REST_MS + 2_000 };
const marks = (n: number) =>
  waitFor(() => expect(screen.queryAllByTestId('spelling-mark')).toHaveLength(n), inTime);

describe('a word that nobody knows', () => {
  it('is marked once the hands rest, and not while it is still typed', async () => {
    const { user } = await openWindow();
    await user.type(area('plan'), 'Has diarhea and hypertention');
    await marks(1);
    expect(screen.getByTestId('note-plan-spelling')).toHaveTextContent('1 unknown word');
    await user.keyboard(' now');
    await marks(2);
  });

  it('keeps its mark while something is typed behind it', async () => {
    const { user } = await openWindow();
    await user.type(area('plan'), 'Has diarhea now');
    await marks(1);
    await user.keyboard(' and then');
    expect(screen.getAllByTestId('spelling-mark')).toHaveLength(1);
    area('plan').setSelectionRange(0, 0);
    await user.type(area('plan'), 'He ', { initialSelectionStart: 0, initialSelectionEnd: 0 });
    expect(screen.queryAllByTestId('spelling-mark')).toHaveLength(0);
    await marks(1);
  });

  it('is gone to by F7 through all sections, and Enter puts in what was meant', async () => {
    const { user } = await openWindow();
    await user.type(area('hpi'), 'Some diarhea.');
    await user.type(area('plan'), 'Check hypertention.');
    await marks(2);
    await user.keyboard('{F7}');
    expect(await screen.findByTestId('spelling-diarrhea')).toBeVisible();
    expect(area('hpi')).toHaveFocus();
    await user.keyboard('{F7}');
    const list = await screen.findByRole('listbox', { name: 'Probably meant' });
    await within(list).findByTestId('spelling-hypotension');
    expect(area('plan')).toHaveAttribute('aria-activedescendant');
    await user.keyboard('{ArrowDown}{ArrowUp}{Enter}');
    await waitFor(() => expect(area('plan')).toHaveValue('Check hypertension.'));
    await marks(1);
    await user.keyboard('{F7}{Escape}');
    expect(screen.queryByTestId('spelling-list')).toBeNull();
    expect(area('hpi')).toHaveValue('Some diarhea.');
  });

  it('is added to the words of the clinician, and taken out of them again', async () => {
    const { user } = await openWindow();
    await user.type(area('plan'), 'Try zorblax.');
    await marks(1);
    await user.click(screen.getByTestId('note-plan-spelling'));
    await user.click(await screen.findByTestId('spelling-Add to my words'));
    await marks(0);
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByTestId('palette-input'), 'spelling{Enter}');
    const sheet = await screen.findByTestId('spelling');
    await user.click(await within(sheet).findByRole('button', { name: 'Remove zorblax' }));
    await user.click(await within(sheet).findByTestId('spelling-put-back'));
    await user.click(await within(sheet).findByRole('button', { name: 'Remove zorblax' }));
    await user.click(within(sheet).getByTestId('spelling-close'));
    await marks(1);
  });

  it('is not marked where the clinician wants no marks, nor in a signed note', async () => {
    const { user } = await openWindow();
    await user.type(area('plan'), 'Try zorblax.');
    await marks(1);
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByTestId('palette-input'), 'spelling{Enter}');
    await user.click(await screen.findByTestId('spelling-on'));
    await user.click(screen.getByTestId('spelling-close'));
    await marks(0);
    await user.keyboard('{F7}');
    expect(await screen.findByTestId('toast')).toHaveTextContent('No unknown word');
  });
});
