import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { confirmIdentity, openWindow } from '../../test/window';

const area = (section: string) => screen.getByTestId<HTMLTextAreaElement>(`note-${section}`);
const selected = (field: HTMLTextAreaElement) =>
  field.value.slice(field.selectionStart, field.selectionEnd);

describe('phrases while a section is written', () => {
  it('are offered after a dot, and Enter puts the chosen one in', async () => {
    const { user } = await openWindow();
    const plan = area('plan');
    await user.type(plan, 'Stable. .no');
    const list = await screen.findByTestId('phrase-list');
    expect(within(list).getByRole('option', { name: /\.nochange/ })).toHaveAttribute(
      'aria-selected',
      'true',
    );
    expect(plan).toHaveAttribute('aria-activedescendant');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(plan).toHaveValue('Stable. No change of medicines today.'));
    expect(screen.queryByTestId('phrase-list')).toBeNull();
    await user.keyboard(' Next.');
    expect(plan).toHaveValue('Stable. No change of medicines today. Next.');
  });

  it('have fields, and Tab goes from one to the next and then to the next section', async () => {
    const { user } = await openWindow();
    const plan = area('plan');
    await user.type(plan, '.back{Enter}');
    await waitFor(() => expect(selected(plan)).toBe('[interval]'));
    await user.keyboard('2 weeks');
    expect(plan).toHaveValue('Return in 2 weeks, earlier if [warning sign].');
    await user.tab();
    expect(selected(plan)).toBe('[warning sign]');
    await user.tab({ shift: true });
    expect(document.activeElement).not.toBe(plan);
  });

  it('bring in values of the chart with date and source, and say which they could not', async () => {
    const { user } = await openWindow('', confirmIdentity);
    const objective = area('objective');
    await user.type(objective, '.numbers ');
    await waitFor(() =>
      expect(objective).toHaveValue(
        'Blood pressure 148/92 mmHg (2026-11-10, Riverside Clinic). A1c 8.1 % (2026-11-02, Quest Austin). Weight [last weight: none in the chart]. ',
      ),
    );
    expect(selected(objective)).toBe('[last weight: none in the chart]');
  });

  it('offer values after two braces', async () => {
    const { user } = await openWindow('', confirmIdentity);
    const objective = area('objective');
    await user.type(objective, 'A1c {{{{a1c');
    expect(await screen.findByTestId('phrase-{{last a1c}}')).toHaveTextContent('the newest A1c');
    await user.keyboard('{Tab}');
    await waitFor(() => expect(objective).toHaveValue('A1c 8.1 % (2026-11-02, Quest Austin)'));
  });

  it('leave Enter alone after a dot that is just a dot', async () => {
    const { user } = await openWindow();
    const plan = area('plan');
    await user.type(plan, 'Rest .{Enter}Drink.');
    expect(plan).toHaveValue('Rest .\nDrink.');
  });

  it('are closed by Escape, and the text stays', async () => {
    const { user } = await openWindow();
    const plan = area('plan');
    await user.type(plan, '.no');
    await screen.findByTestId('phrase-list');
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('phrase-list')).toBeNull();
    expect(plan).toHaveValue('.no');
  });

  it('that left a field open are named before signing', async () => {
    const { user } = await openWindow('ready');
    await user.type(area('plan'), ' .back{Enter}');
    await waitFor(() => expect(area('plan').value).toContain('[interval]'));
    await user.click(screen.getByTestId('open-plan'));
    const warnings = await screen.findByTestId('plan-warnings');
    expect(warnings).toHaveTextContent('Plan still has [interval], [warning sign] to fill in.');
    await user.click(within(warnings).getByTestId('warning-plan'));
    await waitFor(() => expect(area('plan')).toHaveFocus());
  });
});

describe('the phrases of the clinician', () => {
  const open = async () => {
    const opened = await openWindow();
    await opened.user.keyboard('{Control>}k{/Control}');
    await opened.user.type(await screen.findByTestId('palette-input'), 'phrases{Enter}');
    await screen.findByTestId('phrases');
    return opened;
  };

  it('are added in a sheet and used at once', async () => {
    const { user } = await open();
    await user.type(screen.getByTestId('phrase-name'), '.hydrate');
    await user.type(screen.getByTestId('phrase-text'), 'Drink two litres a day.');
    await user.click(screen.getByTestId('phrase-save'));
    expect(await screen.findByText('.hydrate')).toBeVisible();
    await user.click(screen.getByTestId('phrases-close'));
    await waitFor(() => expect(screen.queryByTestId('phrases')).toBeNull());
    await user.type(area('plan'), '.hyd{Enter}');
    await waitFor(() => expect(area('plan')).toHaveValue('Drink two litres a day.'));
  });

  it('say what is wrong with a name, and keep what was typed', async () => {
    const { user } = await open();
    await user.type(screen.getByTestId('phrase-name'), 'Two Words');
    await user.type(screen.getByTestId('phrase-text'), 'x');
    await user.click(screen.getByTestId('phrase-save'));
    expect(await screen.findByText(/is no name for a phrase/)).toBeVisible();
    expect(screen.getByTestId('phrase-name')).toHaveValue('Two Words');
  });

  it('are changed, removed and put back', async () => {
    const { host, user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Change .numbers' }));
    await user.clear(screen.getByTestId('phrase-text'));
    await user.type(screen.getByTestId('phrase-text'), 'Changed.');
    await user.click(screen.getByTestId('phrase-save'));
    await waitFor(() => expect(host.phrases.view().phrases[0]?.text).toBe('Changed.'));
    await user.click(screen.getByRole('button', { name: 'Remove .numbers' }));
    await user.click(await screen.findByTestId('phrase-put-back'));
    await waitFor(() => expect(host.phrases.view().phrases[0]).toMatchObject({ name: 'numbers' }));
  });
});
