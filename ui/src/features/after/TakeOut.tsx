// The two ways in which one signed document leaves Chartside.
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useAction } from '../../data/hooks';
import type { SignedDocument } from '../../generated/SignedDocument';
import { takeOut as text } from '../../text/after';
import { useVisit } from '../visits/visit-context';
import styles from './SignedDocuments.module.css';
import { useTakeOut } from './take-out';

export function TakeOut({ document }: { document: SignedDocument }) {
  const { visit } = useVisit();
  const { savePdf, copyText } = useTakeOut(visit);
  const save = useAction(savePdf);
  const { kind } = document;
  const which = text.which(document);
  return (
    <>
      <div className={styles.out}>
        <Button
          small
          kind="quiet"
          isDisabled={save.pending}
          aria-label={`${text.pdf}: ${which}`}
          onPress={() => void save.run(document)}
          data-testid={`pdf-${kind}`}
        >
          {text.pdf}
        </Button>
        <Button
          small
          kind="quiet"
          aria-label={`${text.copy}: ${which}`}
          onPress={() => void copyText(document)}
          data-testid={`copy-${kind}`}
        >
          {text.copy}
        </Button>
      </div>
      {save.error && (
        <Problem
          error={save.error}
          title={text.notSaved}
          onRetry={() => void save.run(document)}
          onDismiss={save.clear}
          data-testid={`pdf-${kind}-failed`}
        />
      )}
    </>
  );
}
