// Notes of residents that wait for this clinician, above their own note; and those that they cosigned here.
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useView } from '../../data/hooks';
import { moment } from '../../data/time';
import type { SignedDocument } from '../../generated/SignedDocument';
import { after, cosign as text } from '../../text/after';
import { deliveryStates } from '../../text/plan';
import { retract } from '../../text/retract';
import { useVisit } from '../visits/visit-context';
import styles from './SignedDocuments.module.css';

interface Props {
  /** The note in the chart. */
  onCosign: (document: string) => void;
  onRetract: (document: string) => void;
}

export function CosignPanel({ onCosign, onRetract }: Props) {
  const { visit } = useVisit();
  const { data, error, refetch } = useView('cosign_get', { visit }, ['chart', 'visit', 'delivery']);
  if (error) return <Problem error={error} title={text.loadFailed} onRetry={refetch} />;
  if (!data || data.waiting.length + data.done.length === 0) return null;
  return (
    <section className={styles.after} aria-label={text.title} data-testid="cosign">
      {data.waiting.map((note) => (
        <p key={note.document} className={styles.draft} data-testid="cosign-waiting">
          <span>
            <strong>{text.waits}</strong> {note.title}{' '}
            <span className={styles.who}>{note.words}</span>
          </span>
          <Button
            small
            aria-label={text.beginOf(note.title, note.words)}
            onPress={() => onCosign(note.document)}
            data-testid="cosign-begin"
          >
            {note.begun ? after.goOn : text.begin}
          </Button>
        </p>
      ))}
      {data.done.map((one) => (
        <Done key={one.id} document={one} onRetract={onRetract} />
      ))}
    </section>
  );
}

interface DoneProps {
  document: SignedDocument;
  onRetract: (document: string) => void;
}

function Done({ document, onRetract }: DoneProps) {
  const { delivery, standing } = document;
  const time = moment(document.at);
  const trouble = delivery?.state === 'needs_you' || delivery?.state === 'needs_sign_in';
  return (
    <div data-testid="cosign-done" data-state={standing}>
      <p className={styles.line}>
        <strong>{document.title}</strong>
        <span className={styles.who}>{after.signedBy(time, document.by)}</span>
        <span className={trouble ? styles.alert : styles.state}>
          {delivery ? deliveryStates[delivery.state] : after.staysHere}
        </span>
        {standing === 'stands' && (
          <Button
            small
            kind="quiet"
            aria-label={retract.beginOf(document.title, time)}
            onPress={() => onRetract(document.id)}
            data-testid="cosign-retract"
          >
            {retract.begin}
          </Button>
        )}
      </p>
      {standing !== 'stands' && <p className={styles.standing}>▲ {document.standing_words}</p>}
      {trouble && <p className={styles.quiet}>{delivery.words}</p>}
    </div>
  );
}
