// The facts that the attestation and the code rules need. Nothing is assumed; each choice is saved at once.
import { memo, useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { Button } from '../../components/Button';
import { CheckedInput, minutes } from '../../components/CheckedInput';
import { Problem } from '../../components/Problem';
import { Segmented } from '../../components/Segmented';
import { useClient } from '../../data/hooks';
import type { ConsentHow } from '../../generated/ConsentHow';
import type { MdmLevel } from '../../generated/MdmLevel';
import type { Modality } from '../../generated/Modality';
import type { PatientPlace } from '../../generated/PatientPlace';
import type { VisitFacts } from '../../generated/VisitFacts';
import { facts as text, mdmLevels } from '../../text/note';
import { modality } from '../../text/visit';
import { useVisit } from '../visits/visit-context';
import styles from './FactsForm.module.css';

const modalities: Modality[] = ['video', 'audio', 'in_person'];
const places: PatientPlace[] = ['home', 'elsewhere'];
const consents: (ConsentHow | 'no')[] = ['spoken', 'written', 'no'];
const levels: MdmLevel[] = ['straightforward', 'low', 'moderate', 'high'];
const mdmRows = ['mdm_problems', 'mdm_data', 'mdm_risk'] as const;

export const FactsForm = memo(function FactsForm() {
  const { visit, view, put, mayWrite, locked } = useVisit();
  const draft = useClient().factsOf(visit);
  const ahead = useSyncExternalStore(draft.subscribe, draft.snapshot);
  const facts = ahead.facts ?? view.facts;
  const off = !mayWrite || locked;
  const { time, fact_sources: sources } = view;
  const consent = facts.consent === false ? 'no' : facts.consent && facts.consent_how;
  // `undefined`: they are the recorded ones, so there is nothing to take over.
  const stated = facts.total_minutes;
  const differs = stated === null ? false : stated !== time.total_minutes || undefined;

  useEffect(() => {
    draft.onSaved(put);
    return () => void draft.flush();
  }, [draft, put]);

  const set = (part: Partial<VisitFacts>, how: 'chosen' | 'typed' = 'chosen') =>
    draft.set({ ...facts, ...part }, how);

  return (
    <section id="part-facts" tabIndex={-1} className={styles.part} aria-label={text.title}>
      <h3 className={styles.title}>{text.title}</h3>
      {ahead.error && (
        <Problem
          error={ahead.error}
          title={text.notSaved}
          onRetry={() => void draft.flush()}
          data-testid="facts-failed"
        />
      )}
      <div className={styles.rows}>
        <Row label={text.modality}>
          <Segmented
            label={text.modality}
            options={modalities.map((value) => ({ value, label: modality[value] }))}
            value={facts.modality}
            onChange={(value) => set({ modality: value })}
            isDisabled={off}
            testId="fact-modality"
          />
        </Row>
        {facts.modality === 'audio' && (
          <Row label={text.audio_only_reason} id="fact-audio-only-reason">
            <TextInput
              id="fact-audio-only-reason"
              value={facts.audio_only_reason}
              readOnly={off}
              onValue={(audio_only_reason) => set({ audio_only_reason }, 'typed')}
            />
          </Row>
        )}
        <Row label={text.patient_place}>
          <Segmented
            label={text.patient_place}
            options={places.map((value) => ({ value, label: text.places[value] }))}
            value={facts.patient_place}
            onChange={(value) => set({ patient_place: value })}
            isDisabled={off}
            testId="fact-patient-place"
          />
          <label className={styles.beside}>
            <span>{text.patient_state}</span>
            <CheckedInput
              value={facts.patient_state ?? ''}
              parse={(typed) => {
                const state = typed.trim().toUpperCase();
                if (state === '') return null;
                return /^[A-Z]{2}$/.test(state) ? state : undefined;
              }}
              onValue={(patient_state) => set({ patient_state }, 'typed')}
              invalid={text.stateInvalid}
              placeholder={text.statePlaceholder}
              maxLength={2}
              readOnly={off}
              testId="fact-patient-state"
            />
            <Source words={sources.patient_state} of="patient-state" />
          </label>
        </Row>
        <Row label={text.consent}>
          <Segmented
            label={text.consent}
            options={consents.map((value) => ({ value, label: text.consents[value] }))}
            value={consent}
            onChange={(how) =>
              set({ consent: how !== 'no', consent_how: how === 'no' ? null : how })
            }
            isDisabled={off}
            testId="fact-consent"
          />
        </Row>
        <Row label={text.clinician_location} id="fact-clinician-location">
          <TextInput
            id="fact-clinician-location"
            value={facts.clinician_location}
            readOnly={off}
            onValue={(clinician_location) => set({ clinician_location }, 'typed')}
          />
          <Source words={sources.clinician_location} of="clinician-location" />
        </Row>
        <Row label={text.others_present} id="fact-others-present">
          <TextInput
            id="fact-others-present"
            value={facts.others_present}
            placeholder={text.othersPlaceholder}
            readOnly={off}
            onValue={(others_present) => set({ others_present }, 'typed')}
          />
        </Row>
        <Row label={text.new_patient}>
          <Segmented
            label={text.newHint}
            options={[
              { value: 'yes', label: text.newChoices.true },
              { value: 'no', label: text.newChoices.false },
            ]}
            value={facts.new_patient === null ? null : facts.new_patient ? 'yes' : 'no'}
            onChange={(chosen) => set({ new_patient: chosen === 'yes' })}
            isDisabled={off}
            testId="fact-new-patient"
          />
          <Source words={sources.new_patient} of="new-patient" />
        </Row>
        <Row label={text.total_minutes} id="fact-total-minutes">
          <CheckedInput
            value={facts.total_minutes === null ? '' : String(facts.total_minutes)}
            parse={minutes}
            onValue={(total_minutes) => set({ total_minutes }, 'typed')}
            invalid={text.minutesInvalid}
            maxLength={4}
            readOnly={off}
            inputMode="numeric"
            testId="fact-total-minutes"
          />
          <Button
            kind="quiet"
            small
            isDisabled={off || time.total_minutes === 0 || differs === undefined}
            onPress={() => set({ total_minutes: time.total_minutes, total_minutes_reason: null })}
            data-testid="time-use"
          >
            {text.useRecorded(time.total_minutes)}
          </Button>
          <span className={styles.recorded} data-testid="time-recorded">
            {time.total_minutes === 0 ? text.recordedNothing : text.recordedMinutes(time)}
          </span>
        </Row>
        {/* Its place is always there: what is below must not move while minutes are typed. */}
        <div className={styles.reason} data-needed={differs === true || undefined}>
          <Row label={text.minutesReason} id="fact-total-minutes-reason">
            <TextInput
              id="fact-total-minutes-reason"
              value={facts.total_minutes_reason}
              disabled={differs !== true}
              readOnly={off}
              onValue={(total_minutes_reason) => set({ total_minutes_reason }, 'typed')}
            />
          </Row>
        </div>
        <div className={styles.mdm}>
          <h4 className={styles.mdmTitle}>{text.mdm}</h4>
          {mdmRows.map((row) => (
            <Row key={row} label={text[row]}>
              <Segmented
                label={`${text.mdm}: ${text[row]}`}
                options={levels.map((value) => ({ value, label: mdmLevels[value] }))}
                value={facts[row]}
                onChange={(value) => set({ [row]: value })}
                isDisabled={off}
                even
                testId={`fact-${row.replace('_', '-')}`}
              />
            </Row>
          ))}
        </div>
      </div>
    </section>
  );
});

function Row({ label, id, children }: { label: string; id?: string; children: ReactNode }) {
  return (
    <div className={styles.row}>
      {id === undefined ? (
        <span className={styles.label} aria-hidden>
          {label}
        </span>
      ) : (
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
      )}
      <div className={styles.control}>{children}</div>
    </div>
  );
}

interface TextProps {
  /** Also its test id. */
  id: string;
  value: string | null;
  onValue: (value: string | null) => void;
  placeholder?: string;
  readOnly: boolean;
  disabled?: boolean;
}

/** A fact in one's own words; nothing typed is nothing said. */
function TextInput({ id, value, onValue, ...rest }: TextProps) {
  return (
    <input
      id={id}
      className={styles.wide}
      value={value ?? ''}
      autoComplete="off"
      onChange={(event) => onValue(event.target.value || null)}
      data-testid={id}
      {...rest}
    />
  );
}

/** Where a fact is from that nobody stated here. */
function Source({ words, of }: { words: string | null; of: string }) {
  if (words === null) return null;
  return (
    <span className={styles.source} data-testid={`fact-source-${of}`}>
      {words}
    </span>
  );
}
