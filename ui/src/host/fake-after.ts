// Addenda and corrections of the fake host's note.
import type { AmendmentKind } from '../generated/AmendmentKind';
import type { AmendmentView } from '../generated/AmendmentView';
import type { Blocker } from '../generated/Blocker';
import type { CosignView } from '../generated/CosignView';
import type { CommandError } from '../generated/CommandError';
import type { DeliveryItem } from '../generated/DeliveryItem';
import type { ErrorCode } from '../generated/ErrorCode';
import type { NoteSection } from '../generated/NoteSection';
import type { NoteView } from '../generated/NoteView';
import type { SavedView } from '../generated/SavedView';
import type { SignedDocument } from '../generated/SignedDocument';
import type { SignedDocumentsView } from '../generated/SignedDocumentsView';
import type { VisitView } from '../generated/VisitView';
import { VISIT } from './fake-visit';

interface Port {
  note: () => NoteView;
  visit: () => VisitView;
  failure: (code: ErrorCode, message: string) => CommandError;
  queue: (kind: AmendmentKind, label: string) => void;
  items: () => DeliveryItem[];
  changed: () => void;
}

interface Draft {
  id: string;
  kind: AmendmentKind;
  begun_at: string;
  sections: NoteSection[];
}

export class FakeAfter {
  private drafts: Draft[] = [];
  private signed: SignedDocument[] = [];
  /** Of the one note in the chart that waits for a supervising clinician; none where it is nobody's. */
  cosign: { document: string; title: string; words: string } | null = null;

  constructor(private readonly port: Port) {}

  list(): SignedDocumentsView {
    const { signed } = this.port.note();
    const correction = this.signed.find((one) => one.kind === 'correction');
    const by = (kind: string) => this.port.items().find((one) => one.kind === kind) ?? null;
    const note: SignedDocument[] = signed
      ? [
          {
            id: 'note-1',
            kind: 'note',
            title: this.port.note().title,
            by: signed.by,
            at: signed.at,
            text: `${this.port.note().title.toUpperCase()}\n\n${this.port
              .note()
              .sections.map((one) => one.text)
              .join('\n\n')}`,
            written: [],
            content_hash: signed.content_hash,
            changed: [],
            standing: correction ? 'replaced' : 'stands',
            cosigned: null,
            standing_words: correction ? `Replaced by the correction of ${correction.by}` : '',
            delivery: by('note'),
          },
        ]
      : [];
    const { can_sign } = this.port.visit();
    return {
      visit: VISIT,
      documents: [...note, ...this.signed.map((one) => ({ ...one, delivery: by(one.kind) }))],
      drafts: this.drafts.map(({ id, kind, begun_at }) => ({ id, kind, begun_at })),
      may_amend: signed !== null && can_sign,
      why_not: signed !== null && can_sign ? null : 'Your role does not sign.',
    };
  }

  waiting(): CosignView {
    const done = this.signed.filter((one) => one.kind === 'cosign');
    const begun = this.drafts.some((one) => one.kind === 'cosign');
    const waiting = this.cosign && done.length === 0 ? [{ ...this.cosign, begun }] : [];
    return { visit: VISIT, waiting, done };
  }

  begin(kind: AmendmentKind): AmendmentView {
    let draft = this.drafts.find((one) => one.kind === kind);
    if (!draft) {
      const id = `draft-${this.drafts.length + this.signed.length + 1}`;
      draft = { id, kind, begun_at: new Date().toISOString(), sections: this.sections(id, kind) };
      this.drafts.push(draft);
      this.port.changed();
    }
    return this.view(draft.id);
  }

  view(id: string): AmendmentView {
    const draft = this.find(id);
    const { kind } = draft;
    const note = this.port.note();
    const was = (name: string) =>
      note.sections.find((one) => name === `${id}/${one.section}`)?.text ?? '';
    const sections = draft.sections.map((section) => ({
      section,
      signed_text: kind === 'correction' ? was(section.section) : null,
      changed: kind === 'correction' && was(section.section) !== section.text,
    }));
    const written =
      kind === 'correction'
        ? sections.some((one) => one.changed)
        : sections.every((one) => one.section.text.trim() !== '');
    const empty = `${draft.sections[0]?.section.endsWith('statement') ? 'The statement' : 'Addendum'} is still empty.`;
    const what = kind === 'correction' ? 'Nothing is changed yet.' : empty;
    const blockers: Blocker[] = written
      ? []
      : [{ kind: 'note', what, target: draft.sections[0]?.section ?? null }];
    const title = {
      correction: note.title,
      addendum: `Addendum to ${note.title}`,
      cosign: `Cosignature of ${this.cosign?.title ?? ''}`,
    }[kind];
    return {
      visit: VISIT,
      id,
      kind,
      title,
      about:
        kind === 'cosign'
          ? `${this.cosign?.title ?? ''}, ${this.cosign?.words ?? ''}`
          : `${note.title}, signed 14:32 by ${note.signed?.by ?? ''}`,
      document: kind === 'cosign' ? (this.cosign?.document ?? null) : null,
      sections,
      preview: `${title.toUpperCase()}\n\n${sections.map((one) => one.section.text).join('\n\n')}`,
      plan: {
        visit: VISIT,
        ehr_name: 'Harbor EHR',
        personality: 'generic',
        plan_hash: JSON.stringify(sections.map((one) => one.section.text)),
        items: [
          {
            id,
            kind,
            label: title,
            outcome: 'written',
            resource: 'DocumentReference',
            request: 'POST DocumentReference',
            format: 'text, and the same as a FHIR document with coded sections',
            moment: 'As soon as the note is filed',
            depends_on: [],
            words: 'Goes into Harbor EHR as a record of its own.',
          },
        ],
        blockers,
        warnings: [],
      },
    };
  }

  edit(section: string, text: string, base: number): SavedView {
    const draft = this.find(section.slice(0, section.indexOf('/')));
    const saved = { revision: base + 1, saved_at: new Date().toISOString() };
    draft.sections = draft.sections.map((one) =>
      one.section === section ? { ...one, ...saved, text } : one,
    );
    this.port.changed();
    return { section, ...saved };
  }

  drop(id: string): void {
    this.drafts = this.drafts.filter((one) => one.id !== id);
    this.port.changed();
  }

  sign(id: string): string {
    const { kind, title, preview, sections } = this.view(id);
    const at = new Date().toISOString();
    this.drop(id);
    this.signed.push({
      id,
      kind,
      title,
      by: this.port.note().signed?.by ?? '',
      at,
      text: preview,
      written: sections
        .filter((one) => one.section.text !== '')
        .map((one) => ({ title: one.section.title, text: one.section.text, changed: one.changed })),
      content_hash: '9f2c41d07be358aa6610d2c3f4e5b6a7',
      changed: sections.filter((one) => one.changed).map((one) => one.section.title),
      standing: 'stands',
      standing_words: '',
      cosigned: null,
      delivery: null,
    });
    this.port.queue(kind, title);
    this.port.changed();
    return at;
  }

  private find(id: string): Draft {
    const found = this.drafts.find((one) => one.id === id);
    if (!found) throw this.port.failure('visit_signed', 'This draft was signed meanwhile.');
    return found;
  }

  private sections(id: string, kind: AmendmentKind): NoteSection[] {
    const { sections } = this.port.note();
    if (kind === 'correction')
      return sections.map((one) => ({ ...one, section: `${id}/${one.section}`, copied: [] }));
    return [
      {
        section: kind === 'cosign' ? `${id}/statement` : `${id}/addendum`,
        loinc: '55107-7',
        title: kind === 'cosign' ? 'Supervising clinician’s statement' : 'Addendum',
        prompt:
          kind === 'cosign'
            ? 'What you did yourself, and what you agree with or see differently'
            : 'What is to be added, and why it comes later',
        required: true,
        text: '',
        revision: 0,
        saved_at: null,
        kept_from: null,
        copied: [],
      },
    ];
  }
}
