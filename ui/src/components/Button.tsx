// The one button. `primary` is what the screen is for; `quiet` stands inside rows; `danger` stops something.
import type { Ref } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import styles from './Button.module.css';

interface Props extends Omit<ButtonProps, 'className' | 'style'> {
  kind?: 'primary' | 'normal' | 'quiet' | 'danger';
  small?: boolean;
  ref?: Ref<HTMLButtonElement>;
  'data-testid'?: string;
}

export function Button({ kind = 'normal', small = false, ...rest }: Props) {
  const names = [styles.button, styles[kind], small ? styles.small : ''];
  return <AriaButton {...rest} className={names.filter(Boolean).join(' ')} />;
}
