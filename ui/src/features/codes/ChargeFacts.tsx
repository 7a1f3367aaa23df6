// What only some visits have: the services beside, or in place of, the visit code rest on it. Saved at once.
import { useState } from 'react';
import { CheckedInput, minutes } from '../../components/CheckedInput';
import { Disclosure } from '../../components/Disclosure';
import { Segmented } from '../../components/Segmented';
import type { FacilityKind } from '../../generated/FacilityKind';
import type { Modality } from '../../generated/Modality';
import type { VisitExtra } from '../../generated/VisitExtra';
import { codes as text } from '../../text/note';
import styles from './ChargeFacts.module.css';

interface Props {
  extra: VisitExtra;
  modality: Modality | null;
  readOnly: boolean;
  onState: (extra: VisitExtra) => void;
}

const timed = [
  { name: 'psychotherapy_minutes', label: text.psychotherapy, unit: text.psychotherapyUnit },
  { name: 'check_in_minutes', label: text.checkIn, unit: text.checkInUnit },
  { name: 'online_minutes', label: text.online, unit: text.onlineUnit },
  { name: 'discussion_minutes', label: text.discussion, unit: text.discussionUnit },
] as const;
const said = [
  { name: 'psychiatric_evaluation', label: text.evaluation },
  { name: 'longitudinal', label: text.longitudinal },
  { name: 'separate_service', label: text.separate },
  { name: 'video_offered', label: text.videoOffered },
] as const;
/** Asked only of visits by audio alone. */
const audioOnly: string[] = ['discussion_minutes', 'video_offered'];
const facilities: (FacilityKind | 'none')[] = ['none', 'rhc_fqhc', 'cah_ii'];

export function ChargeFacts({ extra, modality, readOnly, onState }: Props) {
  // Ahead of the answer, so that a second change does not undo the first.
  const [ahead, setAhead] = useState(extra);
  const set = (part: Partial<VisitExtra>) => {
    const next = { ...ahead, ...part };
    setAhead(next);
    onState(next);
  };
  const asked = ({ name }: { name: keyof VisitExtra }) =>
    modality === 'audio' || !audioOnly.includes(name) || ahead[name] !== null;
  const anySaid = Object.values(extra).some((value) => value !== null);
  return (
    <Disclosure label={text.more} startOpen={anySaid} testId="charge-facts">
      <div className={styles.rows}>
        <p className={styles.hint}>{text.moreHint}</p>
        {timed.filter(asked).map(({ name, label, unit }) => (
          <label key={name} className={styles.row}>
            <span className={styles.label}>{label}</span>
            <span className={styles.field}>
              <CheckedInput
                value={ahead[name] === null ? '' : String(ahead[name])}
                parse={minutes}
                onValue={(value) => set({ [name]: value })}
                invalid={text.minutesInvalid}
                maxLength={4}
                readOnly={readOnly}
                inputMode="numeric"
                testId={`extra-${name.replaceAll('_', '-')}`}
              />
              <span className={styles.unit}>{unit}</span>
            </span>
          </label>
        ))}
        {said.filter(asked).map(({ name, label }) => (
          <label key={name} className={styles.check}>
            <input
              type="checkbox"
              checked={ahead[name] === true}
              disabled={readOnly}
              onChange={(event) => set({ [name]: event.target.checked || null })}
              data-testid={`extra-${name.replaceAll('_', '-')}`}
            />
            {label}
          </label>
        ))}
        <div className={styles.row}>
          <span className={styles.label} aria-hidden>
            {text.facility}
          </span>
          <span className={styles.field}>
            <Segmented
              label={text.facility}
              options={facilities.map((value) => ({ value, label: text.facilities[value] }))}
              value={ahead.facility ?? 'none'}
              onChange={(value) => set({ facility: value === 'none' ? null : value })}
              isDisabled={readOnly}
              testId="extra-facility"
            />
          </span>
        </div>
      </div>
    </Disclosure>
  );
}
