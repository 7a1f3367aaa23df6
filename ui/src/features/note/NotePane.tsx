// The note: its sections, the facts, the codes, the follow-ups, and the line that ends in signing.
import { useEffect, useMemo, useState } from 'react';
import { PaneHeader } from '../../components/PaneHeader';
import type { PaneName } from '../../components/pane-layout';
import { Problem } from '../../components/Problem';
import { useClient, useView } from '../../data/hooks';
import { withMod } from '../../data/keys';
import type { NoteDrafts } from '../../data/note-drafts';
import { moment } from '../../data/time';
import type { LastNote } from '../../generated/LastNote';
import type { NoteSection } from '../../generated/NoteSection';
import type { NoteView } from '../../generated/NoteView';
import { panes } from '../../text/app';
import { carry, note as text } from '../../text/note';
import { CosignPanel } from '../after/CosignPanel';
import { SignedDocuments } from '../after/SignedDocuments';
import type { OwnKind } from '../../text/after';
import { CodesPanel } from '../codes/CodesPanel';
import { FactsForm } from '../facts/FactsForm';
import { FollowUps } from '../followups/FollowUps';
import type { Signing } from '../plan/use-signing';
import { SignBar } from '../plan/SignBar';
import { Elapsed } from '../room/RoomPane';
import { useVisit } from '../visits/visit-context';
import { FindBar } from './FindBar';
import { NoteSectionField } from './NoteSectionField';
import { SaveMark } from './SaveMark';
import { TemplatePicker, TemplateWords } from './TemplatePicker';
import styles from './NotePane.module.css';

interface Props {
  onHide: (name: PaneName) => void;
  signing: Signing;
  onVersions: (section: NoteSection) => void;
  /** Opens the last note to carry forward from. */
  onCarry: (last: LastNote) => void;
  /** Begins an addendum or a correction, or goes on with it. */
  onAmend: (kind: OwnKind) => void;
  /** Begins to cosign this note of the chart, or goes on with it. */
  onCosign: (document: string) => void;
  onRetract: (document: string) => void;
}

const parts = ['note', 'facts', 'codes', 'follow_ups'] as const;

export function NotePane({
  onHide,
  signing,
  onVersions,
  onCarry,
  onAmend,
  onCosign,
  onRetract,
}: Props) {
  const { visit, view, signed, awaitsCosign } = useVisit();
  const client = useClient();
  const drafts = client.notesOf(visit);
  // Read again when all is saved, not while more is typed.
  const note = useView('note_get', { visit }, ['note'], { quiet: true, saving: drafts });
  const { data } = note;
  const [finding, setFinding] = useState(false);

  useEffect(() => {
    if (data) drafts.adopt(data);
  }, [data, drafts]);

  // In the pane of the note the key of "find" is the note's.
  useEffect(() => {
    const pane = document.getElementById('pane-note');
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'f' || !withMod(event) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      setFinding(true);
      document.getElementById('note-find')?.focus();
    };
    pane?.addEventListener('keydown', onKey);
    return () => pane?.removeEventListener('keydown', onKey);
  }, []);

  // Nothing waits for a timer once the screen is left.
  useEffect(() => () => void drafts.flush(), [drafts]);

  return (
    <>
      <PaneHeader name="note" title={data?.title ?? panes.note} onHide={onHide}>
        {view.room?.joined_at != null && (
          <span className={styles.elapsed}>
            <Elapsed from={view.room.joined_at} until={view.room.left_at} />
          </span>
        )}
        <SaveMark drafts={drafts} />
      </PaneHeader>
      <nav className={styles.jump} aria-label={panes.note}>
        {parts.map((part) => (
          <button
            key={part}
            type="button"
            onClick={() => {
              const target = document.getElementById(`part-${part}`);
              target?.scrollIntoView({ block: 'start' });
              target?.focus({ preventScroll: true });
            }}
          >
            {text.jump[part]}
          </button>
        ))}
        {data && !signed && (
          <TemplatePicker
            note={data}
            drafts={drafts}
            onSwitched={(switched) => {
              note.put(switched);
            }}
          />
        )}
      </nav>
      {finding && data && <FindBar note={data} drafts={drafts} onClose={() => setFinding(false)} />}
      <div className={styles.body} data-testid="note">
        {note.error && (
          <Problem error={note.error} title={text.loadFailed} onRetry={note.refetch} />
        )}
        {signed && data?.signed && (
          <p className={styles.signed} data-testid="note-signed">
            {text.signed(moment(data.signed.at), data.signed.by)}
            {awaitsCosign && <strong className={styles.cosign}>{text.awaitsCosign}</strong>}
          </p>
        )}
        <CosignPanel onCosign={onCosign} onRetract={onRetract} />
        {signed && <SignedDocuments onBegin={onAmend} onRetract={onRetract} />}
        <section id="part-note" tabIndex={-1} className={styles.part} aria-label={text.jump.note}>
          {data ? (
            <Sections note={data} drafts={drafts} onVersions={onVersions} onCarry={onCarry} />
          ) : (
            !note.error && <div className={styles.skeleton} aria-hidden />
          )}
        </section>
        <FactsForm />
        {data && <Attestation words={data.attestation} />}
        <CodesPanel />
        <FollowUps />
      </div>
      <SignBar signing={signing} />
    </>
  );
}

interface SectionsProps {
  note: NoteView;
  drafts: NoteDrafts;
  onVersions: (section: NoteSection) => void;
  onCarry: (last: LastNote) => void;
}

function Sections({ note, drafts, onVersions, onCarry }: SectionsProps) {
  const { visit, mayWrite, locked, view, app, signed } = useVisit();
  const phrases = useView('phrases_get', { visit }, ['phrases', 'visit']);
  const last = useView('note_last', { visit }, ['visit', 'brief']).data?.notes[0];
  const targets = useMemo(() => note.sections.filter((one) => one.kept_from === null), [note]);
  return (
    <>
      {!signed && view.identity.state === 'mismatch' && (
        <p className={styles.closed}>▲ {text.readOnlyMismatch}</p>
      )}
      {!signed && !view.can_draft && (
        <p className={styles.closed} data-testid="rights">
          {app.session?.rights_words ?? text.readOnlyRole}
        </p>
      )}
      {!signed && <TemplateWords note={note} mapped={view.visit_type_mapped} />}
      {!signed && mayWrite && last && (
        <button
          type="button"
          className={styles.carry}
          onClick={() => onCarry(last)}
          data-testid="note-carry"
        >
          {carry.open(last)}
        </button>
      )}
      {[...note.sections, ...drafts.left(note)].map((section) => (
        <NoteSectionField
          key={section.section}
          section={section}
          draft={drafts.of(section)}
          drafts={drafts}
          targets={targets}
          readOnly={!mayWrite || locked}
          onVersions={onVersions}
          phrases={phrases.data}
        />
      ))}
    </>
  );
}

/** Below the facts that it says: it grows as they are given, and must not push them from under the pointer. */
function Attestation({ words }: { words: string }) {
  return (
    <section className={styles.attestation} aria-label={text.attestation}>
      <h3>
        {text.attestation} <span className={styles.quiet}>{text.attestationFrom}</span>
      </h3>
      <p data-testid="attestation">{words}</p>
    </section>
  );
}
