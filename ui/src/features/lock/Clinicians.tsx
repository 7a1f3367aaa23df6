// Who has worked on this computer: one press goes on to that clinician's PIN, or to the EHR's sign-in.
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import type { AccountView } from '../../generated/AccountView';
import type { EhrView } from '../../generated/EhrView';
import { lock as text } from '../../text/lock';
import styles from './Clinicians.module.css';

interface Props {
  title: string;
  accounts: AccountView[];
  /** Where somebody who is not in the list can sign in; none where the screen offers it elsewhere. */
  ehrs: EhrView[];
  isBusy: boolean;
  startHere?: boolean;
  onChoose: (account: AccountView) => void;
  onSignIn: (iss: string) => void;
}

export function Clinicians(props: Props) {
  const { title, accounts, ehrs, isBusy, startHere = false, onChoose, onSignIn } = props;
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    if (startHere) list.current?.querySelector('button')?.focus();
  }, [startHere]);
  const [more, setMore] = useState(accounts.length === 0);
  const moreId = useId();
  if (accounts.length === 0 && ehrs.length === 0) return null;
  const ehrRow = (ehr: EhrView, testId: string, words: ReactNode) => (
    <Row isDisabled={isBusy} onPress={() => onSignIn(ehr.iss)} data-testid={testId}>
      {words}
    </Row>
  );
  return (
    <section ref={list} className={styles.clinicians} data-testid="clinicians">
      <h2 className={styles.title}>{title}</h2>
      <ul className={styles.list}>
        {accounts.map((one) => (
          <li key={one.account}>
            <Row
              isDisabled={isBusy}
              onPress={() => onChoose(one)}
              data-testid={`clinician-${one.account}`}
            >
              <Words name={one.clinician} detail={one.ehr_name} />
              <span className={styles.detail}>{standing(one)}</span>
            </Row>
          </li>
        ))}
        {ehrs.length === 1 &&
          ehrs.map((ehr) => (
            <li key={ehr.iss}>
              {ehrRow(
                ehr,
                'another-clinician',
                <Words name={text.another} detail={text.signInWith(ehr.name)} />,
              )}
            </li>
          ))}
        {ehrs.length > 1 && (
          <li>
            <Row
              mark={more ? '▾' : '▸'}
              aria-expanded={more}
              aria-controls={moreId}
              onPress={() => setMore(!more)}
              data-testid="another-clinician"
            >
              <Words name={text.another} />
            </Row>
            <ul id={moreId} className={styles.ehrs} hidden={!more}>
              {ehrs.map((ehr) => (
                <li key={ehr.iss}>
                  {ehrRow(ehr, 'another-sign-in', <Words name={text.signInWith(ehr.name)} />)}
                </li>
              ))}
            </ul>
          </li>
        )}
      </ul>
    </section>
  );
}

/** What waits of this clinician, and whether the PIN opens it. */
function standing({ waiting, pin }: AccountView): string {
  return [waiting > 0 ? text.onTheirWay(waiting) : '', pin === 'usable' ? text.withPin : '']
    .filter(Boolean)
    .join(' · ');
}

function Words({ name, detail }: { name: string; detail?: string }) {
  return (
    <span className={styles.who}>
      <span className={styles.name}>{name}</span>
      {detail !== undefined && <span className={styles.detail}>{detail}</span>}
    </span>
  );
}

interface RowProps extends Omit<ButtonProps, 'className' | 'style' | 'children'> {
  mark?: string;
  children: ReactNode;
  'data-testid': string;
}

function Row({ mark = '›', children, ...rest }: RowProps) {
  return (
    <AriaButton {...rest} className={styles.row ?? ''}>
      {children}
      <span className={styles.mark} aria-hidden>
        {mark}
      </span>
    </AriaButton>
  );
}
