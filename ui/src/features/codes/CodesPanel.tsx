// Diagnoses and charges. A charge is a suggestion with its evidence until the clinician accepts it.
import { memo, useRef, useState } from 'react';
import { Problem } from '../../components/Problem';
import { useAction, useClient, useView } from '../../data/hooks';
import type { CodesView } from '../../generated/CodesView';
import { codes as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import { ChargeFacts } from './ChargeFacts';
import { ChargeRow } from './ChargeRow';
import { Diagnoses } from './Diagnoses';
import { DiagnosisSearch } from './DiagnosisSearch';
import { Exclusions } from './Exclusions';
import styles from './CodesPanel.module.css';

export const CodesPanel = memo(function CodesPanel() {
  const { visit, view, mayWrite, locked } = useVisit();
  const { host } = useClient();
  const codes = useView('codes_get', { visit }, ['codes']);
  const change = useAction(async (ask: () => Promise<CodesView>) => codes.put(await ask()));
  const { data } = codes;
  const act = (ask: () => Promise<CodesView>) => void change.run(ask);
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const remove = (code: string) => act(() => host.call('diagnosis_remove', { visit, code }));
  const searchFor = (code: string) => {
    setQuery(code);
    field.current?.focus();
  };

  return (
    <section
      id="part-codes"
      tabIndex={-1}
      className={styles.part}
      aria-label={text.title}
      inert={locked}
    >
      <h3 className={styles.title}>{text.title}</h3>
      {codes.error && (
        <Problem error={codes.error} title={text.loadFailed} onRetry={codes.refetch} />
      )}
      {change.error && <Problem error={change.error} onDismiss={change.clear} />}
      {!data && !codes.error && <div className={styles.skeleton} aria-hidden />}
      {data && (
        <>
          <h4 className={styles.subtitle}>{text.diagnoses}</h4>
          <Diagnoses
            diagnoses={data.diagnoses}
            readOnly={!mayWrite}
            onMove={(code, index) => act(() => host.call('diagnosis_move', { visit, code, index }))}
            onRemove={remove}
            onSearch={searchFor}
          />
          <Exclusions
            exclusions={data.exclusions}
            readOnly={!mayWrite}
            onRemove={remove}
            onKeep={(first, second, reason) =>
              act(() => host.call('diagnosis_keep_both', { visit, first, second, reason }))
            }
          />
          {mayWrite && (
            <DiagnosisSearch
              chosen={data.diagnoses.map((diagnosis) => diagnosis.code)}
              onAdd={(code) => act(() => host.call('diagnosis_add', { visit, code }))}
              query={query}
              onQuery={setQuery}
              field={field}
            />
          )}
          <h4 className={styles.subtitle}>{text.charges}</h4>
          <Charges
            codes={data}
            readOnly={!mayWrite}
            onAccept={(code) => act(() => host.call('charge_accept', { visit, code }))}
            onRemove={(code) => act(() => host.call('charge_remove', { visit, code }))}
          />
          <ChargeFacts
            key={visit}
            extra={data.extra}
            modality={view.facts.modality}
            readOnly={!mayWrite}
            onState={(extra) => act(() => host.call('charge_facts', { visit, extra }))}
          />
          <p className={styles.foot} data-testid="rule-pack">
            {data.rule_pack} · {data.table}
          </p>
          {data.table_warning !== null && (
            <p className={styles.warning} data-testid="table-warning">
              ▲ {text.warning}: {data.table_warning}
            </p>
          )}
        </>
      )}
    </section>
  );
});

interface ChargesProps {
  codes: CodesView;
  readOnly: boolean;
  onAccept: (code: string) => void;
  onRemove: (code: string) => void;
}

function Charges({ codes, readOnly, onAccept, onRemove }: ChargesProps) {
  const { charges, suggestions, needs } = codes;
  const open = suggestions.filter(
    (suggestion) => !charges.some((charge) => charge.code === suggestion.code),
  );
  return (
    <>
      <div className={styles.list}>
        {charges.map((charge) => (
          <ChargeRow
            key={charge.code}
            charge={charge}
            evidence={suggestions.find((suggestion) => suggestion.code === charge.code)}
            accepted
            noDiagnosis={codes.diagnoses.length === 0}
            readOnly={readOnly}
            onAct={() => onRemove(charge.code)}
          />
        ))}
        {!readOnly &&
          open.map((suggestion) => (
            <ChargeRow
              key={suggestion.code}
              charge={suggestion}
              evidence={suggestion}
              accepted={false}
              noDiagnosis={codes.diagnoses.length === 0}
              readOnly={readOnly}
              onAct={() => onAccept(suggestion.code)}
            />
          ))}
      </div>
      {charges.length === 0 && open.length === 0 && <p className={styles.quiet}>{text.none}</p>}
      {!readOnly && needs.length > 0 && (
        <div className={styles.needs} data-testid="code-needs">
          <p>{text.needs}:</p>
          <ul>
            {needs.map((need) => (
              <li key={need}>{need}</li>
            ))}
          </ul>
        </div>
      )}
      {!readOnly && open.length > 0 && <p className={styles.foot}>{text.nothingFiled}</p>}
    </>
  );
}
