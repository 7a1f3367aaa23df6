// A signed document on its way out of Chartside: as a PDF file, or as text for an EHR that takes nothing else.
import { useToast } from '../../components/toast';
import { useClient } from '../../data/hooks';
import type { SignedDocument } from '../../generated/SignedDocument';
import { takeOut as text } from '../../text/after';

export function useTakeOut(visit: string) {
  const client = useClient();
  const say = useToast();
  return {
    savePdf: async ({ id }: SignedDocument) => {
      const { words } = await client.host.call('note_pdf', { visit, id });
      // Given up in the dialog: nothing happened, so nothing is said.
      if (words === null) return;
      await client.host.download?.();
      say(words);
    },
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
