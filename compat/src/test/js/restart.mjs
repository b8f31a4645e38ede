// A client that lives through a restart of the server. IoredisTest runs this and restarts the server when told.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { connect } from './guide.mjs';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const redis = connect({ retryStrategy: () => 20, maxRetriesPerRequest: null });
redis.on('error', () => {});

await redis.set('before', '1');
const closed = once(redis, 'close');
console.log('connected');
await closed;
// waits in the client until there is a server again
const pending = redis.incr('after');
console.log('disconnected');
await lines.next();
console.log(`incremented ${await pending}`);
console.log(`before ${await redis.get('before')}`);
await redis.quit();
process.exit(0);
