// The line on top of a pane: its name, what belongs to it, and the button that hides it.
import type { ReactNode } from 'react';
import type { PaneName } from './pane-layout';
import { HidePane } from './Panes';
import styles from './PaneHeader.module.css';

interface Props {
  name: PaneName;
  title: string;
  /** None: it is alone in its window. */
  onHide: ((name: PaneName) => void) | undefined;
  children?: ReactNode;
}

export function PaneHeader({ name, title, onHide, children }: Props) {
  return (
    <header className={styles.header}>
      <h2 className={styles.title}>{title}</h2>
      {children}
      <span className={styles.space} />
      {onHide && <HidePane name={name} onHide={onHide} />}
    </header>
  );
}
