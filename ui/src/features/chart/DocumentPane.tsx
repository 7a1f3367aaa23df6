// A document of the chart, read in place of the list; Back returns to where the list was.
import { lazy, Suspense } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useView } from '../../data/hooks';
import { day } from '../../data/time';
import { chart as text } from '../../text/visit';
import type { DocumentPicture } from '../../generated/DocumentPicture';
import { useVisit } from '../visits/visit-context';
import { DocumentBlocks } from './DocumentBlocks';
import { DocumentImage } from './DocumentImage';
import styles from './DocumentPane.module.css';

/** Large, and rarely needed: it comes from the disk beside the window when the first PDF is opened. */
const DocumentPdf = lazy(() => import('./DocumentPdf'));

export function DocumentPane({ id, onBack }: { id: string; onBack: () => void }) {
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
      <DocumentBody id={id} />
    </article>
  );
}

/** Title, author and words of a document. */
export function DocumentBody({ id }: { id: string }) {
  const { visit } = useVisit();
  const { data, error, refetch } = useView('chart_document', { visit, id }, []);
  return (
    <>
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
          {data.text !== '' && <pre className={styles.text}>{data.text}</pre>}
          {data.blocks.length > 0 && <DocumentBlocks blocks={data.blocks} />}
          {data.picture && <Picture picture={data.picture} title={data.title} />}
        </>
      )}
    </>
  );
}

function Picture({ picture, title }: { picture: DocumentPicture; title: string }) {
  switch (picture.kind) {
    case 'image':
      return <DocumentImage picture={picture} title={title} />;
    case 'pdf':
      return (
        <Suspense fallback={<p role="status">{text.loading}</p>}>
          <DocumentPdf data={picture.data} title={title} />
        </Suspense>
      );
  }
}
