// On its way out of Chartside: a signed document as a PDF file, or as text for an EHR that takes nothing else; the
// chart as a PDF file for a downtime.
import { useToast } from '../../components/toast';
import { useClient } from '../../data/hooks';
import type { ExportedView } from '../../generated/ExportedView';
import type { SignedDocument } from '../../generated/SignedDocument';
import { takeOut as text } from '../../text/after';

export function useTakeOut(visit: string) {
  const client = useClient();
  const say = useToast();
  const saved = async ({ words }: ExportedView) => {
    // Given up in the dialog: nothing happened, so nothing is said.
    if (words === null) return;
    await client.host.download?.();
    say(words);
  };
  return {
    savePdf: async ({ id }: SignedDocument) =>
      saved(await client.host.call('note_pdf', { visit, id })),
    saveChart: async () => saved(await client.host.call('chart_pdf', { visit })),
    copyText: async ({ text: signed, standing, standing_words }: SignedDocument) => {
      // Where it is pasted nothing else would say so.
      // The reason of a retraction stays here: it may name another patient.
      const words = standing === 'retracted' ? text.retracted : standing_words;
      const warning = standing === 'stands' ? '' : `▲ ${words}\n\n`;
      const copied = navigator.clipboard.writeText(warning + signed);
      say(await copied.then(() => text.copied).catch(() => text.notCopied));
    },
  };
}
