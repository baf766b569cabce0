/** A system in a process of its own, to be killed: `serve.ts ASSEMBLY DATA PORT`. Tells its address by IPC. */
import { startSystem } from '../../bin/system.ts';

const [assembly = '', data = '', port = '0'] = process.argv.slice(2);
const system = await startSystem({ assembly, data, port: Number(port) });
process.send?.({ origin: system.origin });
process.once('disconnect', () => process.exit(0));
