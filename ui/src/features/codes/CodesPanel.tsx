// Diagnoses and charges. A charge is a suggestion with its evidence until the clinician accepts it.
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useAction, useClient, useView } from '../../data/hooks';
import type { CodesView } from '../../generated/CodesView';
import type { DiagnosisView } from '../../generated/DiagnosisView';
import { codes as text } from '../../text/note';
import { useVisit } from '../visits/visit-context';
import { ChargeRow } from './ChargeRow';
import { DiagnosisSearch } from './DiagnosisSearch';
import styles from './CodesPanel.module.css';

export function CodesPanel() {
  const { visit, mayWrite, locked } = useVisit();
  const { host } = useClient();
  const codes = useView('codes_get', { visit }, ['codes']);
  const change = useAction(async (ask: () => Promise<CodesView>) => codes.put(await ask()));
  const { data } = codes;
  const act = (ask: () => Promise<CodesView>) => void change.run(ask);

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
            onRemove={(code) => act(() => host.call('diagnosis_remove', { visit, code }))}
          />
          {mayWrite && (
            <DiagnosisSearch
              chosen={data.diagnoses.map((diagnosis) => diagnosis.code)}
              onAdd={(code) => act(() => host.call('diagnosis_add', { visit, code }))}
            />
          )}
          <h4 className={styles.subtitle}>{text.charges}</h4>
          <Charges
            codes={data}
            readOnly={!mayWrite}
            onAccept={(code) => act(() => host.call('charge_accept', { visit, code }))}
            onRemove={(code) => act(() => host.call('charge_remove', { visit, code }))}
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
}

interface DiagnosesProps {
  diagnoses: DiagnosisView[];
  readOnly: boolean;
  onMove: (code: string, index: number) => void;
  onRemove: (code: string) => void;
}

function Diagnoses({ diagnoses, readOnly, onMove, onRemove }: DiagnosesProps) {
  if (diagnoses.length === 0) return <p className={styles.quiet}>{text.noDiagnoses}</p>;
  return (
    <ol className={styles.list} data-testid="diagnoses">
      {diagnoses.map(({ code, title, primary }, index) => (
        <li key={code} className={styles.diagnosis} data-testid={`dx-${code}`}>
          <span className={styles.order}>{index + 1}</span>
          <span className={styles.code}>{code}</span>
          <span className={styles.words}>{title}</span>
          {primary && <span className={styles.tag}>{text.primary}</span>}
          {!readOnly && (
            <span className={styles.tools}>
              {index > 0 && (
                <Button
                  kind="quiet"
                  small
                  aria-label={text.upLabel(code)}
                  onPress={() => onMove(code, index - 1)}
                  data-testid={`dx-up-${code}`}
                >
                  {text.up}
                </Button>
              )}
              {index < diagnoses.length - 1 && (
                <Button
                  kind="quiet"
                  small
                  aria-label={text.downLabel(code)}
                  onPress={() => onMove(code, index + 1)}
                  data-testid={`dx-down-${code}`}
                >
                  {text.down}
                </Button>
              )}
              <Button
                kind="quiet"
                small
                aria-label={text.removeLabel(code)}
                onPress={() => onRemove(code)}
                data-testid={`dx-remove-${code}`}
              >
                {text.remove}
              </Button>
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

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
