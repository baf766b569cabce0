/** The commands of the records store by their names in the HTTP API. */
import { addCrate, relocateCrate, updateCrate } from './crates.ts';
import { approve, ask, reject, sendBack } from './decide.ts';
import { allocate, destroy, hold, issue, takeBack } from './desk.ts';
import { answer, cancel, reopen, setDue } from './follow.ts';
import { addPlace, updatePlace } from './places.ts';
import { addStore, addUnit, setKeepers, setPeople } from './registry.ts';
import { resubmit, submit, updateRequest } from './submit.ts';

export const commands = {
  'add-store': addStore,
  'add-unit': addUnit,
  'set-people': setPeople,
  'set-keepers': setKeepers,
  'add-place': addPlace,
  'update-place': updatePlace,
  'add-crate': addCrate,
  'update-crate': updateCrate,
  'relocate-crate': relocateCrate,
  submit,
  'update-request': updateRequest,
  resubmit,
  approve,
  reject,
  'send-back': sendBack,
  ask,
  answer,
  cancel,
  reopen,
  'set-due': setDue,
  hold,
  allocate,
  issue,
  return: takeBack,
  destroy,
};
