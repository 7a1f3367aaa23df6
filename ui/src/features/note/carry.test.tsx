import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failure } from '../../host/fake';
import { openWindow } from '../../test/window';

const area = (section: string) => screen.getByTestId<HTMLTextAreaElement>(`note-${section}`);

describe('carrying the last note forward', () => {
  it('puts the chosen sections at the end, marked until they are changed', async () => {
    const { user } = await openWindow();
    await user.type(area('plan'), 'Metformin 1000 mg.');
    await user.click(await screen.findByTestId('note-carry'));
    const sheet = await screen.findByTestId('carry');
    expect(within(sheet).getByTestId('carry-take')).toBeDisabled();
    await user.click(await within(sheet).findByTestId('carry-plan'));
    await user.click(within(sheet).getByTestId('carry-take'));
    await waitFor(() =>
      expect(area('plan')).toHaveValue(
        'Metformin 1000 mg.\nDiet and walking. Foot exam at the next visit in person.',
      ),
    );
    expect(await screen.findByTestId('note-plan-copied')).toHaveTextContent(
      'Copied from 2026-08-14, not changed yet',
    );
    expect(area('hpi')).toHaveValue('');
    await user.type(area('plan'), '{Backspace}{Backspace} today.');
    await waitFor(() => expect(screen.queryByTestId('note-plan-copied')).toBeNull());
  });

  it('offers a newer note of the EHR with its author, for a section of choice', async () => {
    const { user } = await openWindow('', (host) => (host.lastNote.fromEhr = true));
    const open = await screen.findByTestId('note-carry');
    expect(open).toHaveTextContent('Carry forward from 2026-09-30, Dr. Jonas Brandt');
    await user.click(open);
    const sheet = await screen.findByTestId('carry');
    expect(sheet).toHaveTextContent('Cardiology visit · Dr. Jonas Brandt · from the EHR');
    const place = await within(sheet).findByRole('combobox', {
      name: 'Where to copy: Cardiology visit',
    });
    expect(place).toHaveDisplayValue('Do not copy');
    expect(within(sheet).getByTestId('carry-take')).toBeDisabled();
    // The clinician's own older one can be had as well.
    await user.selectOptions(within(sheet).getByTestId('carry-note'), 'note-1');
    expect(await within(sheet).findByTestId('carry-hpi')).toBeEnabled();
    expect(sheet).toHaveTextContent('Your note of 2026-08-14');
    await user.selectOptions(within(sheet).getByTestId('carry-note'), 'DocumentReference/77');
    await user.selectOptions(await within(sheet).findByTestId('carry-place-0'), 'hpi');
    await user.click(within(sheet).getByTestId('carry-take'));
    await waitFor(() => expect(area('hpi').value).toMatch(/^Seen for chest tightness/));
    expect(await screen.findByTestId('note-hpi-copied')).toHaveTextContent(
      'Copied from 2026-09-30, Dr. Jonas Brandt, not changed yet',
    );
  });

  it('says when the note cannot be read, and copies nothing', async () => {
    const { host, user } = await openWindow('', ({ lastNote }) => {
      lastNote.read = () => {
        throw failure('ehr_unreachable', 'The EHR does not answer.', true);
      };
    });
    await user.click(await screen.findByTestId('note-carry'));
    expect(await screen.findByTestId('carry-failed')).toHaveTextContent('The EHR does not answer.');
    expect(screen.getByTestId('carry-take')).toBeDisabled();
    expect(host.calls.map((call) => call.name)).not.toContain('note_carry');
  });

  it('shows where the copied text stands', async () => {
    const { user } = await openWindow();
    await user.click(await screen.findByTestId('note-carry'));
    await user.click(await screen.findByTestId('carry-hpi'));
    await user.click(screen.getByTestId('carry-take'));
    const mark = await screen.findByTestId('note-hpi-copied');
    await user.click(within(mark).getByRole('button', { name: 'Show' }));
    const { selectionStart, selectionEnd, value } = area('hpi');
    expect(value.slice(selectionStart, selectionEnd)).toMatch(/^Feels well\./);
  });
});

describe('find in the note', () => {
  it('lists what is found with its words around it, and Enter goes there', async () => {
    const { user } = await openWindow('started');
    await user.click(area('hpi'));
    await user.keyboard('{Control>}f{/Control}');
    const field = await screen.findByTestId('note-find');
    expect(field).toHaveFocus();
    await user.type(field, 'GLUCOSE');
    expect(screen.getByTestId('note-found')).toHaveTextContent('1 / 1');
    expect(screen.getByTestId('note-found-line')).toHaveTextContent('Fasting glucose 150 to 180');
    await user.keyboard('{Enter}');
    const hpi = area('hpi');
    expect(hpi).toHaveFocus();
    expect(hpi.value.slice(hpi.selectionStart, hpi.selectionEnd)).toBe('glucose');
    expect(screen.queryByTestId('note-find')).toBeNull();
  });

  it('finds what is not saved yet, goes through it by arrow, and Escape leads back', async () => {
    const { user } = await openWindow();
    await user.type(area('plan'), 'rest, rest.');
    await user.keyboard('{Control>}f{/Control}');
    await user.type(await screen.findByTestId('note-find'), 'rest');
    expect(screen.getByTestId('note-found')).toHaveTextContent('1 / 2');
    await user.keyboard('{ArrowDown}');
    expect(screen.getByTestId('note-found')).toHaveTextContent('2 / 2');
    await user.keyboard('{Escape}');
    expect(area('plan')).toHaveFocus();
  });

  it('takes signs for what they are', async () => {
    const { user } = await openWindow('started');
    await user.click(area('objective'));
    await user.keyboard('{Control>}f{/Control}');
    await user.type(await screen.findByTestId('note-find'), '(2026');
    expect(screen.getByTestId('note-found')).toHaveTextContent('1 / 1');
    await user.type(screen.getByTestId('note-find'), 'x');
    expect(screen.getByTestId('note-found')).toHaveTextContent('Not found');
  });
});
