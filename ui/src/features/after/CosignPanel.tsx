// Notes of residents that wait for this clinician, above their own note; and those that they cosigned here.
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useView } from '../../data/hooks';
import { moment } from '../../data/time';
import { after, cosign as text } from '../../text/after';
import { deliveryStates } from '../../text/plan';
import { useVisit } from '../visits/visit-context';
import styles from './SignedDocuments.module.css';

interface Props {
  /** The note in the chart. */
  onCosign: (document: string) => void;
}

export function CosignPanel({ onCosign }: Props) {
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
        <p key={one.id} className={styles.line} data-testid="cosign-done" data-state={one.standing}>
          <strong>{one.title}</strong>
          <span className={styles.who}>{after.signedBy(moment(one.at), one.by)}</span>
          <span className={styles.state}>
            {one.delivery ? deliveryStates[one.delivery.state] : after.staysHere}
          </span>
        </p>
      ))}
    </section>
  );
}
