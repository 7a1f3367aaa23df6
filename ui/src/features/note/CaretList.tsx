// What fits at the caret, below it: phrases, or words in place of a misspelt one. The field keeps the focus.
import { useEffect, useRef } from 'react';
import styles from './CaretList.module.css';

export const optionId = (list: string, index: number) => `${list}-${index}`;

export interface Choices {
  offers: { name: string; words: string }[];
  /** −1: none. */
  active: number;
  place: { left: number; top: number };
  choose: (index: number) => void;
}

interface Props {
  id: string;
  /** "phrase", "spelling": also what tests find it by. */
  kind: string;
  label: string;
  open: Choices;
}

export function CaretList({ id, kind, label, open }: Props) {
  const { offers, active, place, choose } = open;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // Not in every test's page.
    const element = list.current as Partial<HTMLElement> | null;
    element?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  }, [place]);
  return (
    <ul
      ref={list}
      id={id}
      role="listbox"
      aria-label={label}
      className={styles.list}
      // Never wider than the pane, which would then scroll sideways.
      style={{ top: place.top, left: `min(${place.left}px, max(0px, 100% - 420px))` }}
      data-testid={`${kind}-list`}
    >
      {offers.map((offer, index) => (
        <li
          key={offer.name}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === active}
          className={styles.option}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => choose(index)}
          data-testid={`${kind}-${offer.name}`}
        >
          <span className={styles.name}>{offer.name}</span>
          <span className={styles.words}>{offer.words}</span>
        </li>
      ))}
    </ul>
  );
}
