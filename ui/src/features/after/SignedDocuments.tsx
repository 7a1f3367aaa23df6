// Under the signed note: what was added to it or corrected, by whom and when, and drafts of that.
import { Button } from '../../components/Button';
import { Disclosure } from '../../components/Disclosure';
import { Problem } from '../../components/Problem';
import { useView } from '../../data/hooks';
import { moment } from '../../data/time';
import type { SignedDocument } from '../../generated/SignedDocument';
import { type OwnKind, after as text } from '../../text/after';
import { deliveryStates, itemKinds } from '../../text/plan';
import { retract } from '../../text/retract';
import { useVisit } from '../visits/visit-context';
import { TakeOut } from './TakeOut';
import styles from './SignedDocuments.module.css';

interface Props {
  onBegin: (kind: OwnKind) => void;
  /** Of this document. */
  onRetract: (document: string) => void;
}

export function SignedDocuments({ onBegin, onRetract }: Props) {
  const { visit } = useVisit();
  const { data, error, refetch } = useView('signed_get', { visit }, ['note', 'visit', 'delivery']);
  if (error) return <Problem error={error} title={text.loadFailed} onRetry={refetch} />;
  if (!data) return null;
  const [note, ...rest] = data.documents;
  const later = rest.filter((one) => one.kind !== 'cosign');
  const drafts = data.drafts.flatMap(({ id, kind }) => (kind === 'cosign' ? [] : [{ id, kind }]));
  const open = (kind: OwnKind) => drafts.some((one) => one.kind === kind);
  const kinds: OwnKind[] = ['addendum', 'correction'];
  return (
    <section className={styles.after} aria-label={text.title} data-testid="signed-documents">
      {note && note.standing !== 'stands' && (
        <p className={styles.standing} data-testid="note-standing" data-state={note.standing}>
          ▲ {note.standing_words}
        </p>
      )}
      {note && <TakeOut document={note} />}
      {later.length > 0 && (
        <ol>
          {later.map((one) => (
            <Later key={one.id} document={one} onRetract={data.may_amend ? onRetract : undefined} />
          ))}
        </ol>
      )}
      {note?.cosigned && (
        <p className={styles.quiet} data-testid="note-cosign">
          ✓ {note.cosigned}
        </p>
      )}
      {drafts.map((draft) => (
        <p key={draft.id} className={styles.draft} data-testid={`draft-${draft.kind}`}>
          <span>○ {text.draft[draft.kind]}</span>
          <Button
            small
            aria-label={text.goOnOf[draft.kind]}
            onPress={() => onBegin(draft.kind)}
            data-testid={`go-on-${draft.kind}`}
          >
            {text.goOn}
          </Button>
        </p>
      ))}
      {data.may_amend ? (
        <div className={styles.begin}>
          {kinds
            .filter((kind) => !open(kind))
            .map((kind) => (
              <Button small key={kind} onPress={() => onBegin(kind)} data-testid={`begin-${kind}`}>
                {text.begin[kind]}
              </Button>
            ))}
          {note && (
            <Button
              small
              kind="quiet"
              onPress={() => onRetract(note.id)}
              data-testid="begin-retract"
            >
              {retract.begin}
            </Button>
          )}
        </div>
      ) : (
        <p className={styles.quiet}>{data.why_not}</p>
      )}
    </section>
  );
}

interface LaterProps {
  document: SignedDocument;
  onRetract: ((document: string) => void) | undefined;
}

function Later({ document, onRetract }: LaterProps) {
  const { kind, standing, delivery } = document;
  const name = itemKinds[kind];
  const time = moment(document.at);
  const trouble = delivery?.state === 'needs_you' || delivery?.state === 'needs_sign_in';
  const shown =
    kind === 'correction' ? document.written.filter((one) => one.changed) : document.written;
  return (
    <li className={styles.later} data-testid={`signed-${kind}`} data-state={standing}>
      <p className={styles.line}>
        <strong>{name}</strong>
        <span className={styles.who}>{text.signedBy(time, document.by)}</span>
        <span className={trouble ? styles.alert : styles.state}>
          {delivery
            ? delivery.state === 'filed'
              ? `✓ ${deliveryStates.filed}`
              : deliveryStates[delivery.state]
            : text.staysHere}
        </span>
      </p>
      {standing !== 'stands' && <p className={styles.standing}>▲ {document.standing_words}</p>}
      {document.changed.length > 0 && (
        <p className={styles.quiet}>{text.changed(document.changed.join(', '))}</p>
      )}
      {shown.map((part) => (
        <p key={part.title} className={styles.words}>
          {kind === 'correction' && <span className={styles.part}>{part.title}: </span>}
          {part.text}
        </p>
      ))}
      <Disclosure
        label={text.read}
        name={text.readOf(name.toLowerCase(), time)}
        testId={`read-${kind}`}
      >
        <pre className={styles.full}>{document.text}</pre>
      </Disclosure>
      <TakeOut document={document} />
      {onRetract && kind === 'addendum' && standing !== 'retracted' && (
        <Button
          small
          kind="quiet"
          aria-label={retract.beginOf(name.toLowerCase(), time)}
          onPress={() => onRetract(document.id)}
          data-testid={`retract-${kind}`}
        >
          {retract.begin}
        </Button>
      )}
    </li>
  );
}
