import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failure } from '../../host/fake';
import { confirmIdentity, openWindow } from '../../test/window';

describe('the note', () => {
  it('saves what is typed by itself and says when', async () => {
    const { host, user } = await openWindow();
    await user.type(screen.getByTestId('note-hpi'), 'Home readings high.');
    await waitFor(() =>
      expect(screen.getByTestId('note-saved')).toHaveTextContent(/^Saved \d\d:\d\d/),
    );
    const section = host.note.sections.find((one) => one.section === 'hpi');
    expect(section?.text).toBe('Home readings high.');
  });

  it('keeps the text and says that it is not saved when saving fails', async () => {
    const { host, user } = await openWindow('', (fake) => {
      fake.instead.note_edit = () => {
        throw failure('disk_full', 'The disk is full.');
      };
    });
    await user.type(screen.getByTestId('note-hpi'), 'Kept.');
    const problem = await screen.findByTestId('note-hpi-failed');
    expect(problem).toHaveTextContent('The disk is full.');
    expect(screen.getByTestId('note-hpi')).toHaveValue('Kept.');
    expect(screen.getByTestId('note-saved')).toHaveTextContent('Not saved');
    delete host.instead.note_edit;
    await user.click(within(problem).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.getByTestId('note-saved')).toHaveTextContent('Saved'));
  });

  it('shows both texts when the section was saved elsewhere, and keeps the chosen one', async () => {
    const { host, user } = await openWindow();
    const area = screen.getByTestId('note-plan');
    await user.click(area);
    host.note = {
      ...host.note,
      sections: host.note.sections.map((one) =>
        one.section === 'plan' ? { ...one, text: 'From another window', revision: 3 } : one,
      ),
    };
    host.tell('note');
    await user.type(area, 'Mine');
    const conflict = await screen.findByTestId('note-plan-conflict');
    expect(conflict).toHaveTextContent('From another window');
    expect(area).toHaveValue('Mine');
    await user.click(screen.getByTestId('note-plan-keep-both'));
    await waitFor(() =>
      expect(host.note.sections.find((one) => one.section === 'plan')?.text).toBe(
        'Mine\n\nFrom another window',
      ),
    );
    expect(screen.queryByTestId('note-plan-conflict')).toBeNull();
  });

  it('keeps unsaved text when another visit is shown and this one again', async () => {
    const { host, user } = await openWindow('', (fake) => {
      fake.instead.note_edit = () => {
        throw failure('internal', 'Not now.');
      };
    });
    await user.type(screen.getByTestId('note-hpi'), 'Still here');
    await host.call('visit_show', { visit: 'visit-okafor' });
    await waitFor(() => expect(screen.getByTestId('banner-name')).toHaveTextContent('OKAFOR'));
    expect(await screen.findByTestId('note-hpi')).toHaveValue('');
    await host.call('visit_show', { visit: 'visit-santos' });
    await waitFor(() => expect(screen.getByTestId('note-hpi')).toHaveValue('Still here'));
  });

  it('takes an entry of the chart into the section that was used last', async () => {
    const { host, user } = await openWindow('', confirmIdentity);
    await user.click(screen.getByTestId('note-objective'));
    await user.click(screen.getByRole('button', { name: 'Insert into note: Hemoglobin A1c' }));
    await waitFor(() =>
      expect(screen.getByTestId('note-objective')).toHaveValue(
        'Hemoglobin A1c: 8.1 % (2026-11-02, Quest Austin)',
      ),
    );
    await waitFor(() =>
      expect(host.note.sections.find((one) => one.section === 'objective')?.text).toContain('A1c'),
    );
  });

  it('takes an entry into the section that fits it where none was used yet', async () => {
    const { user } = await openWindow('', confirmIdentity);
    await user.click(screen.getByRole('button', { name: 'Insert into note: Penicillin' }));
    await user.click(screen.getByRole('button', { name: 'Insert into note: Metformin 1000 mg' }));
    await user.click(screen.getByRole('button', { name: 'Insert into note: Blood pressure' }));
    await user.click(screen.getByRole('button', { name: 'Insert into note: Potassium' }));
    await waitFor(() =>
      expect(screen.getByTestId('note-hpi')).toHaveValue(
        'Penicillin: Anaphylaxis (2009-05-14, Riverside Clinic)\nMetformin 1000 mg: twice a day with meals (2024-02-12, Riverside Clinic)',
      ),
    );
    expect(screen.getByTestId('note-objective')).toHaveValue(
      'Blood pressure: 148/92 mmHg (2026-11-10, Riverside Clinic)\nPotassium: 3.3 mmol/L (2026-11-02, Quest Austin)',
    );
    expect(screen.getByTestId('note-chief_complaint')).toHaveValue('');
  });

  it('takes an entry in at the caret, with its date, unit and source, and out again by key', async () => {
    const { user } = await openWindow('', confirmIdentity);
    const hpi = screen.getByTestId<HTMLTextAreaElement>('note-hpi');
    await user.type(hpi, 'A1c is up, pressure too.');
    hpi.setSelectionRange(10, 10);
    const entry = document.querySelector<HTMLElement>('[data-id="Observation/a1c"]')!;
    entry.focus();
    await user.keyboard('i');
    await waitFor(() =>
      expect(hpi).toHaveValue(
        'A1c is up, Hemoglobin A1c: 8.1 % (2026-11-02, Quest Austin) pressure too.',
      ),
    );
    entry.focus();
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(hpi).toHaveValue('A1c is up, pressure too.'));
    expect(screen.getByTestId('toast')).toHaveTextContent('Taken back out of the note');
  });

  it('does not take back what was edited since', async () => {
    const { user } = await openWindow('', confirmIdentity);
    const entry = document.querySelector<HTMLElement>('[data-id="Observation/k"]')!;
    entry.focus();
    await user.keyboard('i');
    const objective = screen.getByTestId('note-objective');
    await waitFor(() =>
      expect(objective).toHaveValue('Potassium: 3.3 mmol/L (2026-11-02, Quest Austin)'),
    );
    await user.type(objective, ' low');
    entry.focus();
    await user.keyboard('{Control>}z{/Control}');
    expect(screen.getByTestId('toast')).toHaveTextContent('changed since');
    expect(objective).toHaveValue('Potassium: 3.3 mmol/L (2026-11-02, Quest Austin) low');
  });

  it('takes nothing of the chart before it is confirmed whose chart it is', async () => {
    const { host, user } = await openWindow();
    const insert = screen.getByRole('button', { name: 'Insert into note: Hemoglobin A1c' });
    expect(insert).toHaveAttribute('aria-disabled', 'true');
    await user.click(insert);
    expect(screen.getByTestId('toast')).toHaveTextContent('Confirm whose chart this is first');
    insert.closest('li')!.focus();
    await user.keyboard('i');
    expect(host.calls.map((call) => call.name)).not.toContain('note_edit');
    for (const { section } of host.note.sections)
      expect(screen.getByTestId(`note-${section}`)).toHaveValue('');
    await user.click(screen.getByTestId('identity-name'));
    await user.click(screen.getByTestId('identity-birth-date'));
    await user.click(screen.getByTestId('identity-confirm'));
    await waitFor(() => expect(insert).not.toHaveAttribute('aria-disabled'));
    await user.click(insert);
    await waitFor(() => expect(screen.getByTestId('toast')).toHaveTextContent('Inserted into'));
  });

  it('saves each fact at once and never assumes one', async () => {
    const { host, user } = await openWindow();
    expect(screen.getByTestId('fact-consent')).toHaveAttribute('data-value', '');
    await user.click(screen.getByTestId('fact-consent-spoken'));
    await user.type(screen.getByTestId('fact-total-minutes'), '32');
    await waitFor(() =>
      expect(host.visit.facts).toMatchObject({ consent: true, total_minutes: 32 }),
    );
    expect(screen.getByTestId('attestation')).toHaveTextContent('Consent given');
  });

  it('grows nothing above the facts while they are given, so that no click lands on another row', async () => {
    await openWindow();
    const last = screen.getByTestId('fact-mdm-risk');
    const grows = screen.getByTestId('attestation');
    expect(last.compareDocumentPosition(grows)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });
});
