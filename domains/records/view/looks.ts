/** How requests and crates look: icon and tone beside the word. */
import type { Drawing } from '../../../web/kit/icons.tsx';
import { icons } from '../../../web/kit/icons.tsx';
import type { Tone } from '../../../web/kit/parts.tsx';
import type { CrateState, Kind, RequestState } from '../codes.ts';
import { drawings } from './icons.ts';

type Look = { icon: Drawing; tone: Tone };

export const stateLooks: Record<RequestState, Look> = {
  submitted: { icon: drawings.submitted, tone: 'waiting' },
  waiting: { icon: drawings.question, tone: 'waiting' },
  'sent-back': { icon: drawings.sentBack, tone: 'bad' },
  approved: { icon: drawings.approved, tone: 'busy' },
  'on-hold': { icon: drawings.question, tone: 'waiting' },
  rejected: { icon: drawings.rejected, tone: 'bad' },
  cancelled: { icon: drawings.cancelled, tone: 'quiet' },
  stored: { icon: icons.done, tone: 'good' },
  issued: { icon: drawings.lendOut, tone: 'busy' },
  returned: { icon: icons.done, tone: 'good' },
  destroyed: { icon: drawings.destroy, tone: 'quiet' },
};

export const kindIcons: Record<Kind, Drawing> = {
  storage: drawings.bringIn,
  withdrawal: drawings.lendOut,
  destruction: drawings.destroy,
};

export const crateLooks: Record<CrateState, Look> = {
  here: { icon: drawings.crate, tone: 'quiet' },
  stored: { icon: drawings.rack, tone: 'good' },
  out: { icon: drawings.lendOut, tone: 'busy' },
  destroyed: { icon: drawings.destroy, tone: 'quiet' },
};
