// One charge: code, place, modifiers, and the evidence behind it, accepted or only suggested.
import { Button } from '../../components/Button';
import { Disclosure } from '../../components/Disclosure';
import type { ChargeView } from '../../generated/ChargeView';
import type { SuggestionView } from '../../generated/SuggestionView';
import { basis, codes as text } from '../../text/note';
import styles from './ChargeRow.module.css';

interface Props {
  charge: ChargeView | SuggestionView;
  evidence: SuggestionView | undefined;
  accepted: boolean;
  /** No diagnosis is chosen yet: what that alone keeps from fitting is no contradiction. */
  noDiagnosis: boolean;
  readOnly: boolean;
  onAct: () => void;
}

export function ChargeRow({ charge, evidence, accepted, noDiagnosis, readOnly, onAct }: Props) {
  const { code, words, modifiers, place_of_service, conflicts } = charge;
  return (
    <article
      id={`charge-${code}`}
      className={accepted ? `${styles.row} ${styles.accepted}` : styles.row}
      data-testid={accepted ? `charge-${code}` : `suggestion-${code}`}
    >
      <div className={styles.line}>
        <div className={styles.what}>
          <span className={styles.code}>{code}</span>
          <span className={styles.fact} title={text.posLabel(place_of_service)}>
            {text.pos} {place_of_service}
          </span>
          {modifiers.map((modifier) => (
            <span key={modifier} className={styles.fact}>
              {text.modifier} {modifier}
            </span>
          ))}
          {charge.units > 1 && <span className={styles.fact}>{text.units(charge.units)}</span>}
          <span className={styles.state}>{accepted ? `✓ ${text.accepted}` : text.suggested}</span>
        </div>
        {!readOnly &&
          (accepted ? (
            <Button
              small
              kind="quiet"
              aria-label={text.removeLabel(code)}
              onPress={onAct}
              data-testid={`charge-remove-${code}`}
            >
              {text.remove}
            </Button>
          ) : (
            <Button
              small
              aria-label={text.acceptLabel(code)}
              onPress={onAct}
              data-testid={`accept-${code}`}
            >
              {text.accept}
            </Button>
          ))}
      </div>
      <p className={styles.words}>
        {words}
        {evidence?.basis && `, ${basis[evidence.basis]}`}
        {evidence &&
          evidence.goes_with.length > 0 &&
          `, ${text.goesWith(evidence.goes_with.join(' or '))}`}
        {'diagnoses' in charge &&
          charge.diagnoses.length > 0 &&
          `, ${text.pointsTo(charge.diagnoses.join(', '))}`}
      </p>
      {conflicts.map((conflict) => (
        <p key={conflict} className={styles.conflict}>
          ▲ {noDiagnosis && /diagnos/i.test(conflict) ? text.needsDiagnosis : text.conflict}:{' '}
          {conflict}
        </p>
      ))}
      {evidence && <Evidence evidence={evidence} />}
    </article>
  );
}

function Evidence({ evidence }: { evidence: SuggestionView }) {
  const { code, why, would_change } = evidence;
  return (
    <Disclosure label={text.why} name={text.whyLabel(code)} testId={`why-${code}`}>
      <ul className={styles.why}>
        {why.map((one) => (
          <li key={one.rule + one.fact}>
            <p>
              {one.rule} <strong>{one.fact}</strong>
            </p>
            <p className={styles.source}>{one.source}</p>
          </li>
        ))}
      </ul>
      {would_change.length > 0 && (
        <div className={styles.change}>
          <h5>{text.wouldChange}</h5>
          <ul>
            {would_change.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      )}
    </Disclosure>
  );
}
