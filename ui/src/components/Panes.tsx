// Three panes side by side: sized by pointer or keyboard, collapsed, swapped; a narrow window folds the oldest.
import { Fragment, useRef, type ReactNode } from 'react';
import { useWidth } from './use-width';
import { apart, panes as text } from '../text/app';
import { Button } from './Button';
import { Divider } from './Divider';
import {
  columns,
  fitting,
  limits,
  sizedBy,
  swapped,
  without,
  type Layout,
  type PaneName,
} from './pane-layout';
import styles from './Panes.module.css';

interface Props {
  layout: Layout;
  onLayout: (layout: Layout) => void;
  /** The pane that was asked for last comes first; it is the last to be folded. */
  recent: readonly PaneName[];
  onShow: (pane: PaneName) => void;
  panes: Record<PaneName, ReactNode>;
  /** The pane that stands in a window of its own; asking for it here brings it back. */
  away?: PaneName | undefined;
  onBack?: () => void;
}

export function Panes({ layout, onLayout, recent, onShow, panes, away, onBack }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const shown = fitting(without(layout, away), recent, width);
  const { order } = layout;

  const share = (pane: 'room' | 'note', value: number) => {
    const [least, most] = limits[pane];
    onLayout({ ...layout, [pane]: Math.min(most, Math.max(least, value)) });
  };
  const hide = (pane: PaneName) => {
    if (layout.hidden.length < 2) onLayout({ ...layout, hidden: [...layout.hidden, pane] });
  };

  return (
    <div
      ref={frame}
      className={styles.frame}
      style={{ gridTemplateColumns: columns(layout, shown) }}
    >
      {order.map((name, index) => {
        const next = order[index + 1];
        const { pane, direction } = sizedBy(order, index);
        return (
          <Fragment key={name}>
            <Pane
              name={name}
              shown={shown.includes(name)}
              {...(name === away
                ? { onShow: () => onBack?.(), railLabel: apart.rail, railWords: apart.railWords }
                : { onShow, railLabel: text.show(text[name]), railWords: text[name] })}
            >
              {panes[name]}
            </Pane>
            {next !== undefined && (
              <Divider
                label={text.resize(text[name], text[next])}
                swapLabel={text.swap(text[name], text[next])}
                pane={pane}
                value={layout[pane]}
                limits={limits[pane]}
                isDisabled={!shown.includes(pane) || (shown.length < 3 && !shown.includes('chart'))}
                direction={direction}
                frame={frame}
                onChange={(value) => share(pane, value)}
                onToggle={() => hide(pane)}
                onSwap={() => onLayout(swapped(layout, index))}
              />
            )}
          </Fragment>
        );
      })}
    </div>
  );
}

interface PaneProps {
  name: PaneName;
  shown: boolean;
  onShow: (name: PaneName) => void;
  railLabel: string;
  railWords: string;
  children: ReactNode;
}

function Pane({ name, shown, onShow, railLabel, railWords, children }: PaneProps) {
  const title = text[name];
  return (
    <section
      id={`pane-${name}`}
      className={styles.pane}
      aria-label={title}
      tabIndex={-1}
      data-testid={`pane-${name}`}
      data-hidden={!shown || undefined}
    >
      <div className={styles.content} hidden={!shown}>
        {children}
      </div>
      {!shown && (
        <button
          type="button"
          className={styles.rail}
          aria-label={railLabel}
          title={railLabel}
          onClick={() => onShow(name)}
          data-testid={`show-${name}`}
        >
          <span>{railWords}</span>
        </button>
      )}
    </section>
  );
}

/** The button in a pane's header that collapses it. */
export function HidePane({ name, onHide }: { name: PaneName; onHide: (name: PaneName) => void }) {
  return (
    <Button
      kind="quiet"
      small
      aria-label={text.hideLabel(text[name])}
      onPress={() => onHide(name)}
      data-testid={`hide-${name}`}
    >
      {text.hide}
    </Button>
  );
}
