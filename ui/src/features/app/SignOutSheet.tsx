// Asked before signing out while items are not filed: what becomes of them.
import { Button } from '../../components/Button';
import { Sheet } from '../../components/Sheet';
import { signOut as text } from '../../text/app';
import styles from './SignOutSheet.module.css';

interface Props {
  count: number;
  onClose: () => void;
  onSignOut: () => void;
}

export function SignOutSheet({ count, onClose, onSignOut }: Props) {
  return (
    <Sheet
      isOpen
      onClose={onClose}
      title={text.title}
      closeLabel={text.no}
      place="middle"
      testId="sign-out-ask"
      footer={
        <Button kind="primary" onPress={onSignOut} data-testid="sign-out-confirm">
          {text.yes}
        </Button>
      }
    >
      <p className={styles.words}>{text.ask(count)}</p>
    </Sheet>
  );
}
