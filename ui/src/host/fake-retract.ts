// Retraction in the fake host: marks what is filed, takes back what is not.
import type { DeliveryItem } from '../generated/DeliveryItem';
import type { DeliveryView } from '../generated/DeliveryView';
import type { RetractArgs } from '../generated/RetractArgs';
import type { RetractPart } from '../generated/RetractPart';
import type { RetractView } from '../generated/RetractView';
import type { SignedDocument } from '../generated/SignedDocument';
import type { SignedDocumentsView } from '../generated/SignedDocumentsView';
import { VISIT } from './fake-visit';

interface Port {
  documents: () => SignedDocument[];
  items: () => DeliveryItem[];
  queue: (kind: 'retraction', label: string) => void;
  view: () => DeliveryView;
  changed: () => void;
}

export class FakeRetract {
  /** The EHR lets nobody change records of this kind. */
  fixedKind: DeliveryItem['kind'] | null = null;
  private readonly done = new Map<string, string>();

  constructor(private readonly port: Port) {}

  /** The documents as they stand after what was retracted. */
  list(signed: SignedDocumentsView): SignedDocumentsView {
    const documents = signed.documents.map((document): SignedDocument => {
      const standing_words = this.done.get(document.delivery?.id ?? document.id);
      return standing_words === undefined
        ? document
        : { ...document, standing: 'retracted', standing_words };
    });
    if (documents[0]?.standing !== 'retracted') return { ...signed, documents };
    const why_not = 'This note was retracted; nothing is added to it.';
    return { ...signed, documents, may_amend: false, why_not };
  }

  view(): RetractView {
    const documents = this.port.documents();
    const parts = this.port.items().map((item): RetractPart => {
      const document = documents.find((one) => one.delivery?.id === item.id);
      const byHand = item.kind === this.fixedKind;
      const isFiled = item.state === 'filed';
      return {
        id: item.id,
        kind: item.kind,
        label: document ? `${document.title}, signed 14:32` : item.label,
        document: document?.id ?? null,
        outcome: !isFiled ? 'withdrawn' : byHand ? 'by_hand' : 'marked',
        words: !isFiled
          ? 'It was not sent, and will not be.'
          : byHand
            ? 'Stays in Harbor EHR as it is: this kind of EHR lets nobody outside change a charge. Mark it there yourself.'
            : 'Marked as entered in error in Harbor EHR.',
        takes_all: item.kind === 'note' || item.kind === 'correction',
        retracted: this.done.get(item.id) ?? null,
      };
    });
    const shown = parts.filter((one) => one.kind !== 'retraction');
    const all = shown.every((one) => one.retracted !== null);
    const why_not = all ? 'Everything of this visit was retracted.' : null;
    return { visit: VISIT, parts: shown, why_not, plan_hash: String(this.done.size) };
  }

  retract({ parts, reason, words }: RetractArgs): DeliveryView {
    const named = reason === 'other' ? words : reason.replace('_', ' ');
    for (const part of this.view().parts.filter((one) => parts.includes(one.id))) {
      this.done.set(part.id, `Retracted 14:50 by Dr. Anna Keller: ${named}.`);
      if (part.outcome === 'marked') this.port.queue('retraction', `Retract: ${part.label}`);
    }
    this.port.changed();
    return this.port.view();
  }
}
