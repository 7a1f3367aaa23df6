import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FAKE_PNG } from '../../host/fake-documents';
import { openWindow } from '../../test/window';

const PICTURE_BYTES = atob(FAKE_PNG).length;

describe('a document that is a picture', () => {
  afterEach(() => vi.unstubAllGlobals());

  const open = async () => {
    const { user } = await openWindow('document-image');
    const row = document.querySelector<HTMLElement>('[data-id="DocumentReference/71"]');
    row?.focus();
    await user.keyboard('{Enter}');
    return user;
  };

  it('is decoded from its bytes, without an address, and let go', async () => {
    const close = vi.fn();
    const given: Blob[] = [];
    const decode = (blob: Blob) => {
      given.push(blob);
      return Promise.resolve({ width: 8192, height: 2048, close });
    };
    const address = vi.fn();
    vi.stubGlobal('createImageBitmap', decode);
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: address }));
    await open();
    const picture = await screen.findByTestId('document-image');
    await waitFor(() => expect(picture).toHaveAttribute('data-state', 'drawn'));
    expect(picture).toHaveAccessibleName('Picture: Photo of the left foot');
    expect(given.map(({ type, size }) => [type, size])).toEqual([['image/png', PICTURE_BYTES]]);
    // Drawn no larger than a canvas can be.
    expect([picture.getAttribute('width'), picture.getAttribute('height')]).toEqual([
      '4096',
      '1024',
    ]);
    expect(close).toHaveBeenCalled();
    expect(address).not.toHaveBeenCalled();
  });

  it('says so when it cannot be drawn', async () => {
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('no picture')));
    await open();
    expect(await screen.findByText(/This picture could not be drawn/)).toBeInTheDocument();
  });
});

describe('a document in HTML', () => {
  it('is read as headings, lists and tables', async () => {
    const { user } = await openWindow('document-html');
    document.querySelector<HTMLElement>('[data-id="DocumentReference/71"]')?.focus();
    await user.keyboard('{Enter}');
    const blocks = within(await screen.findByTestId('document-blocks'));
    expect(blocks.getByRole('heading', { name: 'Medication at discharge' })).toBeInTheDocument();
    expect(blocks.getAllByRole('columnheader').map((one) => one.textContent)).toEqual([
      'Medication',
      'Dose',
      'Change',
    ]);
    expect(blocks.getByText('creatinine, potassium').closest('ul')?.closest('ol')).not.toBeNull();
    expect(blocks.getByText('Ibuprofen').tagName).toBe('S');
    expect(blocks.getByText('9').tagName).toBe('SUP');
  });

  it('shows words that look like markup as words', async () => {
    const hostile = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>';
    const { user } = await openWindow('document-html', (host) => {
      const { chart_document } = host.instead;
      if (!chart_document) throw new Error('no document');
      host.instead.chart_document = async (args) => ({
        ...(await chart_document(args)),
        blocks: [{ kind: 'paragraph', words: [{ text: hostile, marks: [] }] }],
      });
    });
    document.querySelector<HTMLElement>('[data-id="DocumentReference/71"]')?.focus();
    await user.keyboard('{Enter}');
    const blocks = await screen.findByTestId('document-blocks');
    expect(blocks).toHaveTextContent(hostile);
    expect(blocks.querySelector('img, script')).toBeNull();
  });
});
