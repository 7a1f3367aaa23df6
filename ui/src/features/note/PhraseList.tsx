// The phrases that fit what is typed, below the caret. The field keeps the focus.
import { useEffect, useRef } from 'react';
import { phrases as text } from '../../text/note';
import type { PhraseOffers } from './use-phrases';
import styles from './PhraseList.module.css';

export const optionId = (list: string, index: number) => `${list}-${index}`;

export function PhraseList({ id, open }: { id: string; open: PhraseOffers }) {
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
      aria-label={text.list}
      className={styles.list}
      // Never wider than the pane, which would then scroll sideways.
      style={{ top: place.top, left: `min(${place.left}px, max(0px, 100% - 420px))` }}
      data-testid="phrase-list"
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
          data-testid={`phrase-${offer.name}`}
        >
          <span className={styles.name}>{offer.name}</span>
          <span className={styles.words}>{offer.words}</span>
        </li>
      ))}
    </ul>
  );
}
