// An overlay at the right side, below the bar: the patient stays on screen above it.
import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './Button';
import styles from './Sheet.module.css';

interface Props {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  subtitle?: string | undefined;
  closeLabel: string;
  footer?: ReactNode;
  children: ReactNode;
  /** `middle`: a small dialog in the middle instead of a sheet. */
  place?: 'right' | 'middle';
  testId: string;
}

export function Sheet(props: Props) {
  const { isOpen, onClose, title, subtitle, closeLabel, footer, children, testId } = props;
  const middle = props.place === 'middle';
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable
      className={styles.veil ?? ''}
    >
      <Modal className={(middle ? styles.middle : styles.right) ?? ''}>
        <Dialog className={styles.dialog ?? ''} data-testid={testId}>
          <header className={styles.header}>
            <div>
              <Heading slot="title" level={2} className={styles.title ?? ''}>
                {title}
              </Heading>
              {subtitle !== undefined && <p className={styles.subtitle}>{subtitle}</p>}
            </div>
            <Button kind="quiet" small onPress={onClose} data-testid={`${testId}-close`}>
              {closeLabel}
            </Button>
          </header>
          <div className={styles.body}>{children}</div>
          {footer !== undefined && <footer className={styles.footer}>{footer}</footer>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
