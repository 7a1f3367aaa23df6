// The note exactly as it will be filed; after signing, exactly as it was signed.
import { Problem } from '../../components/Problem';
import { useView } from '../../data/hooks';
import { plan as text } from '../../text/plan';
import { useVisit } from '../visits/visit-context';
import styles from './NotePreview.module.css';

export function NotePreview() {
  const { visit } = useVisit();
  const { data, error, refetch } = useView('note_preview', { visit }, ['note', 'visit', 'codes']);
  if (error) return <Problem error={error} title={text.previewFailed} onRetry={refetch} />;
  if (!data) return <p role="status">{text.previewLoading}</p>;
  return (
    <pre className={styles.preview} data-testid="note-preview">
      {data.text}
    </pre>
  );
}
