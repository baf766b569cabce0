/** A card that goes slides away: its picture stays for a moment where it was. Nobody who wants less motion sees one. */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

const leavingMs = 220;

const still = () => globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? true;

/** @param stays false when the whole board goes: then nothing slides */
export function useLeaving(card: RefObject<HTMLElement | null>, stays: () => boolean): void {
  useLayoutEffect(() => {
    // Kept here: the reference is empty by the time that the card goes.
    const element = card.current;
    return () => void (stays() && leave(element));
  }, []);
}

function leave(card: HTMLElement | null): void {
  if (card === null || still() || card.animate === undefined) return;
  const { top, left, width, height } = card.getBoundingClientRect();
  if (top > innerHeight || top + height < 0) return;
  const picture = card.cloneNode(true) as HTMLElement;
  picture.removeAttribute('data-order');
  picture.inert = true;
  picture.ariaHidden = 'true';
  picture.classList.add('leaving');
  Object.assign(picture.style, {
    insetBlockStart: `${top}px`,
    insetInlineStart: `${left}px`,
    inlineSize: `${width}px`,
    blockSize: `${height}px`,
  });
  document.body.append(picture);
  const slide = picture.animate([{}, { transform: 'translateX(2rem) scale(0.96)', opacity: 0 }], {
    duration: leavingMs,
    easing: 'ease-in',
  });
  slide.finished.finally(() => picture.remove());
}
