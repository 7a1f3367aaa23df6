// A document of the chart, read in place of the list; Back returns to where the list was.
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useView } from '../../data/hooks';
import { day } from '../../data/time';
import { chart as text } from '../../text/visit';
import { useVisit } from '../visits/visit-context';
import styles from './DocumentPane.module.css';

export function DocumentPane({ id, onBack }: { id: string; onBack: () => void }) {
  const { visit } = useVisit();
  const { data, error, refetch } = useView('chart_document', { visit, id }, []);
  return (
    <article
      className={styles.pane}
      data-testid="document"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onBack();
      }}
    >
      <div className={styles.back}>
        <Button kind="quiet" small autoFocus onPress={onBack} data-testid="document-back">
          ← {text.back}
        </Button>
      </div>
      {error && <Problem error={error} title={text.documentFailed} onRetry={refetch} />}
      {!data && !error && <p className={styles.meta}>{text.loading}</p>}
      {data && (
        <>
          <h3 className={styles.title}>{data.title}</h3>
          <p className={styles.meta}>
            {[
              data.date === null ? '' : day(data.date),
              data.author === null ? '' : text.by(data.author),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          {data.not_shown !== null && <p className={styles.notShown}>▲ {data.not_shown}</p>}
          <pre className={styles.text}>{data.text}</pre>
        </>
      )}
    </article>
  );
}
