/** Made once before the system tests: their workers would get in each other's way unpacking a browser or building the site. */
import { executable, siteAssembly } from '../e2e/browser.ts';

export default async function prepare(): Promise<void> {
  await executable();
  await siteAssembly();
}
