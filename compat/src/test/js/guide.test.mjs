// The guide's caching, counter and lock examples, and what a client does around them. IoredisTest runs this.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CacheService, DistributedLock, RateLimiter, checkRedisHealth, connect } from './guide.mjs';

let redis;

before(() => {
  redis = connect();
});

beforeEach(() => redis.flushall());

after(() => redis.quit());

test('strings', async () => {
  assert.equal(await redis.set('user:1:name', 'John Doe'), 'OK');
  await redis.set('user:1:email', 'john@example.com');
  assert.equal(await redis.get('user:1:name'), 'John Doe');
  assert.equal(await redis.get('missing'), null);
  assert.deepEqual(await redis.mget('user:1:name', 'missing', 'user:1:email'), [
    'John Doe',
    null,
    'john@example.com',
  ]);
  const bytes = Buffer.from([0, 13, 10, 255, 128]);
  await redis.set('bytes', bytes);
  assert.deepEqual(await redis.getBuffer('bytes'), bytes);
});

test('counters', async () => {
  await redis.set('visits', 0);
  assert.equal(await redis.incr('visits'), 1);
  assert.equal(await redis.incr('visits'), 2);
  assert.equal(await redis.decr('visits'), 1);
  assert.equal(await redis.incrby('visits', 41), 42);
  assert.equal(await redis.incrbyfloat('price', '10.5'), '10.5');
  const counts = await Promise.all(Array.from({ length: 100 }, () => redis.incr('fresh')));
  assert.deepEqual(counts, Array.from({ length: 100 }, (_, i) => i + 1));
});

test('cache', async () => {
  const cache = new CacheService(redis);
  const database = { asked: 0, getUser: async (id) => ({ id, name: 'Zoë', asked: ++database.asked }) };
  async function getUserProfile(userId) {
    const cacheKey = `user:${userId}:profile`;
    let profile = await cache.getCachedData(cacheKey);
    if (!profile) {
      profile = await database.getUser(userId);
      await cache.setCachedData(cacheKey, profile, 3600);
    }
    return profile;
  }
  assert.deepEqual(await getUserProfile(7), { id: 7, name: 'Zoë', asked: 1 });
  assert.deepEqual(await getUserProfile(7), { id: 7, name: 'Zoë', asked: 1 });
  assert.equal(await redis.ttl('user:7:profile'), 3600);
  await getUserProfile(8);
  await redis.set('other', 'stays');
  await cache.invalidateCache('user:*:profile');
  assert.equal(await cache.getCachedData('user:7:profile'), null);
  assert.equal(await cache.getCachedData('user:8:profile'), null);
  assert.equal(await redis.get('other'), 'stays');
  await cache.invalidateCache('user:*:profile');
  assert.equal((await getUserProfile(7)).asked, 3);
});

test('cached data expires', async () => {
  const cache = new CacheService(redis);
  await cache.setCachedData('brief', [1, 2], 1);
  assert.deepEqual(await cache.getCachedData('brief'), [1, 2]);
  await sleep(1100);
  assert.equal(await cache.getCachedData('brief'), null);
});

test('lock', async () => {
  const other = connect();
  const lock = new DistributedLock(redis);
  const rival = new DistributedLock(other);
  const value = await lock.acquireLock('order:1:lock', 200);
  assert.equal(await redis.get('order:1:lock'), value);
  assert.equal(await rival.acquireLock('order:1:lock'), null);
  assert.ok((await redis.pttl('order:1:lock')) <= 200);
  await sleep(250);
  assert.ok(await rival.acquireLock('order:1:lock'));
  const contenders = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 ? lock : rival).acquireLock('order:2:lock')),
  );
  assert.equal(contenders.filter((each) => each !== null).length, 1);
  await other.quit();
});

test('lock released by its owner only', async () => {
  const lock = new DistributedLock(redis);
  const value = await lock.acquireLock('order:1:lock');
  assert.equal(await lock.releaseLock('order:1:lock', 'of another'), 0);
  assert.equal(await lock.acquireLock('order:1:lock'), null);
  await redis.pexpire('order:1:lock', 20);
  await sleep(50);
  const next = await lock.acquireLock('order:1:lock');
  // whoever was too slow does not release the lock of the next one
  assert.equal(await lock.releaseLock('order:1:lock', value), 0);
  assert.equal(await redis.get('order:1:lock'), next);
  assert.equal(await lock.releaseLock('order:1:lock', next), 1);
  assert.equal(await redis.exists('order:1:lock'), 0);
});

test('orders', async () => {
  const connections = Array.from({ length: 5 }, () => connect());
  let busy = 0;
  let processed = 0;
  async function processOrder(lock, orderId) {
    const lockKey = `order:${orderId}:lock`;
    const lockValue = await lock.acquireLock(lockKey, 30000);
    if (!lockValue) {
      throw new Error('Could not acquire lock');
    }
    try {
      assert.equal(++busy, 1);
      await sleep(1);
      busy--;
      processed++;
    } finally {
      assert.equal(await lock.releaseLock(lockKey, lockValue), 1);
    }
  }
  let refused = 0;
  const workers = connections.map(async (connection) => {
    const lock = new DistributedLock(connection);
    for (let done = 0; done < 10; ) {
      try {
        await processOrder(lock, 7);
        done++;
      } catch (error) {
        assert.equal(error.message, 'Could not acquire lock');
        refused++;
      }
    }
  });
  await Promise.all(workers);
  assert.equal(processed, 50);
  assert.ok(refused > 0);
  assert.equal(await redis.exists('order:7:lock'), 0);
  await Promise.all(connections.map((connection) => connection.quit()));
});

test('rate limiter of a web server', async () => {
  const rateLimiter = new RateLimiter(redis);
  const server = createServer(async (request, response) => {
    const allowed = await rateLimiter.isAllowed(request.headers.user, 3, 60000);
    response.statusCode = allowed ? 200 : 429;
    response.end(allowed ? 'served' : JSON.stringify({ error: 'Rate limit exceeded' }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const ask = (user) => fetch(`http://127.0.0.1:${server.address().port}/api/`, { headers: { user } });
  for (let i = 0; i < 3; i++) {
    assert.equal(await (await ask('7')).text(), 'served');
  }
  const refused = await ask('7');
  assert.equal(refused.status, 429);
  assert.deepEqual(await refused.json(), { error: 'Rate limit exceeded' });
  assert.equal((await ask('8')).status, 200);
  assert.equal(await redis.ttl('rate_limit:7'), 60);
  server.close();
  server.closeAllConnections();
});

test('health', async () => {
  assert.equal((await checkRedisHealth(redis)).status, 'healthy');
  const nowhere = connect({ port: 1, lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
  nowhere.on('error', () => {});
  const health = await checkRedisHealth(nowhere);
  assert.equal(health.status, 'unhealthy');
});

test('limits of memory', async () => {
  const limited = connect({ maxMemory: '2gb', maxMemoryPolicy: 'allkeys-lru' });
  assert.deepEqual(await limited.config('GET', 'maxmemory'), ['maxmemory', '0']);
  assert.equal(await limited.config('SET', 'maxmemory', '2gb', 'maxmemory-policy', 'allkeys-lru'), 'OK');
  assert.deepEqual(await limited.config('GET', 'maxmemory'), ['maxmemory', '2147483648']);
  const info = await limited.info('memory');
  assert.match(info, /\r\nmaxmemory:2147483648\r\nmaxmemory_human:2.00G\r\nmaxmemory_policy:allkeys-lru\r\n/);
  const used = Number(/\r\nused_memory:(\d+)\r\n/.exec(info)[1]);
  await limited.config('SET', 'maxmemory', used + (4 << 20));
  for (let i = 0; i < 200; i++) {
    await limited.set(`page:${i}`, Buffer.alloc(100_000));
  }
  assert.equal(await limited.exists('page:199'), 1);
  const kept = await limited.dbsize();
  assert.ok(kept > 10 && kept < 60, `${kept} keys`);
  await limited.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
  await limited.quit();
});

test('options of the guide', async () => {
  const pooled = connect({
    host: 'localhost',
    maxRetriesPerRequest: 3,
    retryDelayOnFailover: 100,
    enableReadyCheck: false,
    maxLoadingTimeout: 2000,
    lazyConnect: true,
  });
  const events = [];
  for (const event of ['connect', 'ready', 'error']) {
    pooled.on(event, () => events.push(event));
  }
  assert.equal(pooled.status, 'wait');
  assert.equal(await pooled.ping(), 'PONG');
  assert.deepEqual(events, ['connect', 'ready']);
  await pooled.quit();
});

test('events', async () => {
  const events = [];
  const nowhere = connect({ port: 1, retryStrategy: (times) => (times < 3 ? 1 : null) });
  nowhere.on('error', (error) => events.push(error.code));
  await new Promise((ended) => nowhere.on('end', ended));
  assert.deepEqual(events, ['ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED']);

  const redis = connect();
  events.length = 0;
  for (const event of ['connect', 'ready', 'error', 'close', 'end']) {
    redis.on(event, () => events.push(event));
  }
  await once(redis, 'ready');
  await redis.quit();
  await once(redis, 'end');
  assert.deepEqual(events, ['connect', 'ready', 'close', 'end']);
});

test('database, name and ready check', async () => {
  const named = connect({ db: 3, connectionName: 'guide', enableReadyCheck: true });
  await once(named, 'ready');
  assert.equal(await named.client('GETNAME'), 'guide');
  assert.match(await named.client('INFO'), / db=3 /);
  await named.set('here', '1');
  assert.equal(await redis.exists('here'), 0);
  await named.quit();
});

test('errors', async () => {
  await assert.rejects(redis.call('NOSUCH', 'a'), {
    name: 'ReplyError',
    message: "ERR unknown command 'NOSUCH', with args beginning with: 'a' ",
  });
  await redis.set('word', 'text');
  await assert.rejects(redis.incr('word'), /^ReplyError: ERR value is not an integer or out of range$/);
  await assert.rejects(redis.set('a', 'b', 'EX', 0), /invalid expire time in 'set' command/);
  assert.equal(await redis.ping(), 'PONG');
});

test('pipeline', async () => {
  const pipeline = redis.pipeline();
  for (let i = 0; i < 1000; i++) {
    pipeline.set(`key:${i}`, 'x'.repeat(i)).strlen(`key:${i}`);
  }
  pipeline.incr('key:5').get('key:3');
  const replies = await pipeline.exec();
  assert.equal(replies.length, 2002);
  for (let i = 0; i < 1000; i++) {
    assert.deepEqual(replies.slice(2 * i, 2 * i + 2), [
      [null, 'OK'],
      [null, i],
    ]);
  }
  assert.match(replies[2000][0].message, /not an integer/);
  assert.deepEqual(replies[2001], [null, 'xxx']);
});

test('pipelines that ioredis makes of what is sent together', async () => {
  const together = connect({ enableAutoPipelining: true, keyPrefix: 'app:' });
  const before = Number((await redis.info('stats')).match(/total_commands_processed:(\d+)/)[1]);
  const counts = await Promise.all(Array.from({ length: 1000 }, (_, i) => together.incr(`key:${i % 10}`)));
  assert.equal(Math.max(...counts), 100);
  await assert.rejects(Promise.all([together.get('key:1'), together.hget('key:1', 'field')]), /WRONGTYPE/);
  const after = Number((await redis.info('stats')).match(/total_commands_processed:(\d+)/)[1]);
  assert.ok(after - before >= 1002, `${after - before} commands`);
  assert.equal(await redis.get('app:key:1'), '100');
  assert.equal(await redis.dbsize(), 10);
  await together.quit();
});

test('scan stream', async () => {
  const keys = Array.from({ length: 500 }, (_, i) => `scan:${i}`);
  await redis.mset(...keys.flatMap((key) => [key, '1']), 'other', '1');
  const found = new Set();
  for await (const batch of redis.scanStream({ match: 'scan:*', count: 50 })) {
    batch.forEach((key) => found.add(key));
  }
  assert.deepEqual(found, new Set(keys));
});

test('a connection that the server closes comes back', async () => {
  const killed = connect({ retryStrategy: () => 10 });
  await killed.select(2);
  await killed.set('stays', '1');
  const id = await killed.client('ID');
  const closed = once(killed, 'close');
  assert.equal(await redis.client('KILL', 'ID', id), 1);
  await closed;
  assert.equal(await killed.get('stays'), '1');
  assert.notEqual(await killed.client('ID'), id);
  await killed.quit();
});
