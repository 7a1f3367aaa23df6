// Asked before locking while some text cannot be saved: a locked window keeps no text.
import { Button } from '../../components/Button';
import { Sheet } from '../../components/Sheet';
import { lockUnsaved as text } from '../../text/lock';
import styles from '../app/SignOutSheet.module.css';

interface Props {
  onClose: () => void;
  onLock: () => void;
}

export function LockUnsavedSheet({ onClose, onLock }: Props) {
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title}
      closeLabel={text.no}
      place="middle"
      testId="lock-ask"
      footer={
        <Button kind="danger" onPress={onLock} data-testid="lock-confirm">
          {text.yes}
        </Button>
      }
    >
      <p className={styles.words}>{text.ask}</p>
    </Sheet>
  );
}
