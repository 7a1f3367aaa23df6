// Pairs of diagnoses that the official list does not code together: remove one, or keep both and say why.
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/Button';
import type { ExclusionView } from '../../generated/ExclusionView';
import { codes as text } from '../../text/note';
import styles from './Exclusions.module.css';

interface Props {
  exclusions: ExclusionView[];
  readOnly: boolean;
  onRemove: (code: string) => void;
  onKeep: (first: string, second: string, reason: string) => void;
}

export function Exclusions({ exclusions, readOnly, onRemove, onKeep }: Props) {
  return exclusions.map((one) => (
    <Pair
      key={one.first + one.second}
      pair={one}
      readOnly={readOnly}
      onRemove={onRemove}
      onKeep={(reason) => onKeep(one.first, one.second, reason)}
    />
  ));
}

interface PairProps {
  pair: ExclusionView;
  readOnly: boolean;
  onRemove: (code: string) => void;
  onKeep: (reason: string) => void;
}

function Pair({ pair, readOnly, onRemove, onKeep }: PairProps) {
  const { first, second, words, note, source, kept } = pair;
  const [asking, setAsking] = useState(false);
  return (
    <div
      className={styles.pair}
      id={`excluded-${first}-${second}`}
      tabIndex={-1}
      role="group"
      aria-label={words}
      data-testid={`excluded-${first}-${second}`}
      data-kept={kept !== null}
    >
      <p className={kept === null ? styles.words : undefined}>
        {kept === null && '▲ '}
        {words}
      </p>
      <p>{note}</p>
      <p className={styles.source}>{source}</p>
      {kept !== null && (
        <p className={styles.kept}>
          {text.kept(kept)}
          {!readOnly && (
            <Button
              kind="quiet"
              small
              aria-label={text.keepUndoLabel(first, second)}
              onPress={() => onKeep('')}
              data-testid="excluded-undo"
            >
              {text.keepUndo}
            </Button>
          )}
        </p>
      )}
      {kept === null && !readOnly && !asking && (
        <div className={styles.acts}>
          {[first, second].map((code) => (
            <Button
              key={code}
              small
              aria-label={text.removeLabel(code)}
              onPress={() => onRemove(code)}
              data-testid={`excluded-remove-${code}`}
            >
              {text.removeLabel(code)}
            </Button>
          ))}
          <Button
            kind="quiet"
            small
            aria-label={text.keepBothLabel(first, second)}
            onPress={() => setAsking(true)}
            data-testid="excluded-keep"
          >
            {text.keepBoth}
          </Button>
        </div>
      )}
      {kept === null && !readOnly && asking && (
        <Reason
          onKeep={(reason) => {
            setAsking(false);
            onKeep(reason);
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}

function Reason({ onKeep, onCancel }: { onKeep: (reason: string) => void; onCancel: () => void }) {
  const [reason, setReason] = useState<string>(text.keepUnrelated);
  const keep = (event: SubmitEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') onKeep(reason.trim());
  };
  return (
    <form className={styles.acts} onSubmit={keep}>
      <input
        className={styles.reason}
        aria-label={text.keepReason}
        placeholder={text.keepReason}
        value={reason}
        maxLength={200}
        autoComplete="off"
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onCancel();
        }}
        data-testid="excluded-reason"
      />
      <Button
        small
        type="submit"
        isDisabled={reason.trim() === ''}
        data-testid="excluded-keep-reason"
      >
        {text.keep}
      </Button>
      <Button kind="quiet" small onPress={onCancel}>
        {text.cancel}
      </Button>
    </form>
  );
}
