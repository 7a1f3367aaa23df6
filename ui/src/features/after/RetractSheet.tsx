// Takes back what was signed: what becomes of each part, why, and one button.
import { useState } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { Segmented } from '../../components/Segmented';
import { Sheet } from '../../components/Sheet';
import { useToast } from '../../components/toast';
import { useAction, useClient, useView } from '../../data/hooks';
import type { RetractPart } from '../../generated/RetractPart';
import type { RetractReason } from '../../generated/RetractReason';
import type { RetractView } from '../../generated/RetractView';
import { itemKinds } from '../../text/plan';
import { retract as text } from '../../text/retract';
import { useVisit } from '../visits/visit-context';
import styles from './RetractSheet.module.css';

const MOST_WORDS = 400;

interface Props {
  /** The document that it was opened from; else the note. */
  document: string | undefined;
  onClose: () => void;
}

export function RetractSheet({ document, onClose }: Props) {
  const { visit, view, delivery } = useVisit();
  const client = useClient();
  const say = useToast();
  const live = useView('retract_get', { visit }, ['note', 'visit', 'delivery']);
  const [picked, setPicked] = useState<readonly string[]>();
  const [reason, setReason] = useState<RetractReason | null>(null);
  const [words, setWords] = useState('');
  const { data } = live;
  const open = data?.parts.filter((part) => part.retracted === null) ?? [];
  const chosen = chosenOf(open, picked ?? first(open, document));
  const act = useAction(async (seen: RetractView, why: RetractReason) => {
    const parts = chosen.map((part) => part.id);
    const { plan_hash } = seen;
    const now = await client.host.call('retract', { visit, parts, reason: why, words, plan_hash });
    delivery.put(now);
    client.renew('note');
    client.renew('visit');
    say(text.done);
    onClose();
  });
  const missing =
    chosen.length === 0
      ? text.noPart
      : reason === null
        ? text.noReason
        : reason === 'other' && words.trim() === ''
          ? text.noWords
          : '';
  const toggle = (part: RetractPart) => {
    const now = chosen.map((one) => one.id);
    setPicked(now.includes(part.id) ? now.filter((id) => id !== part.id) : [...now, part.id]);
  };

  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title}
      subtitle={view.banner.name}
      closeLabel={text.close}
      testId="retract"
      footer={
        data?.why_not === null && (
          <>
            <span className={styles.foot} role="status" data-testid="retract-why">
              {missing}
            </span>
            <Button
              kind="danger"
              isDisabled={missing !== '' || act.pending}
              onPress={() => reason !== null && void act.run(data, reason)}
              data-testid="retract-do"
            >
              {act.pending ? text.acting : text.act(view.banner.name)}
            </Button>
          </>
        )
      }
    >
      <div className={styles.body}>
        {live.error && (
          <Problem error={live.error} title={text.loadFailed} onRetry={live.refetch} />
        )}
        {act.error && (
          <Problem error={act.error} onDismiss={act.clear} data-testid="retract-failed" />
        )}
        {!data && !live.error && <p role="status">{text.loading}</p>}
        <p className={styles.quiet}>{text.intro}</p>
        {data?.why_not && <p data-testid="retract-not">{data.why_not}</p>}
        {data?.why_not === null && (
          <>
            <h3>{text.why}</h3>
            <Segmented
              label={text.why}
              options={text.reasons}
              value={reason}
              onChange={setReason}
              even
              testId="retract-reason"
            />
            <label className={styles.words}>
              <span>{reason === 'other' ? text.wordsNeeded : text.words}</span>
              <input
                value={words}
                maxLength={MOST_WORDS}
                autoComplete="off"
                onChange={(event) => setWords(event.target.value)}
                data-testid="retract-words"
              />
              <span className={styles.quiet}>{text.wordsHint}</span>
            </label>
          </>
        )}
        {data && data.parts.length > 0 && (
          <>
            <h3>{text.parts}</h3>
            {chosen.some((part) => part.takes_all) && (
              <p className={styles.quiet}>{text.takesAll}</p>
            )}
            <ul>
              {data.parts.map((part) => (
                <Part
                  key={part.id}
                  part={part}
                  isChosen={chosen.includes(part)}
                  isFixed={
                    !part.takes_all && part.kind !== 'cosign' && chosen.some((one) => one.takes_all)
                  }
                  onToggle={data.why_not === null ? () => toggle(part) : undefined}
                />
              ))}
            </ul>
          </>
        )}
      </div>
    </Sheet>
  );
}

interface PartProps {
  part: RetractPart;
  isChosen: boolean;
  /** It goes with the note. */
  isFixed: boolean;
  onToggle?: (() => void) | undefined;
}

function Part({ part, isChosen, isFixed, onToggle }: PartProps) {
  return (
    <li
      className={styles.part}
      data-testid={`retract-part-${part.kind}`}
      data-state={part.retracted === null ? part.outcome : 'retracted'}
    >
      <label>
        <input
          type="checkbox"
          checked={isChosen || part.retracted !== null}
          disabled={isFixed || part.retracted !== null || !onToggle}
          onChange={onToggle ?? (() => undefined)}
        />
        <span>
          <strong>{itemKinds[part.kind]}</strong> {part.label}
          <span className={part.outcome === 'by_hand' ? styles.alert : styles.quiet}>
            {part.retracted ?? `${part.outcome === 'by_hand' ? '▲ ' : ''}${part.words}`}
          </span>
        </span>
      </label>
    </li>
  );
}

/** What it was opened for; the note, where that is everything. */
function first(open: readonly RetractPart[], document: string | undefined): readonly string[] {
  const part = open.find((one) => one.document === document) ?? open[0];
  return part ? [part.id] : [];
}

/** The note takes everything with it, but for what was said about somebody else's. */
function chosenOf(open: readonly RetractPart[], ids: readonly string[]): readonly RetractPart[] {
  const named = open.filter((part) => ids.includes(part.id));
  const goes = (part: RetractPart) => part.kind !== 'cosign' || ids.includes(part.id);
  return named.some((part) => part.takes_all) ? open.filter(goes) : named;
}
