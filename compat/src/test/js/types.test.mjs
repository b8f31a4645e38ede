// The guide's examples of the data types, its leaderboard, rate limiter and session manager. IoredisTest runs this.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaderboardService, RateLimiter, SessionManager, connect } from './guide.mjs';

let redis;

before(() => {
  redis = connect();
});

beforeEach(() => redis.flushall());

after(() => redis.quit());

test('hashes', async () => {
  const john = { name: 'John Doe', email: 'john@example.com', age: '30', city: 'New York' };
  assert.equal(await redis.hset('user:1', john), 4);
  assert.deepEqual(await redis.hgetall('user:1'), john);
  assert.equal(await redis.hget('user:1', 'name'), 'John Doe');
  assert.equal(await redis.hmset('user:2', john), 'OK');
  assert.deepEqual(await redis.hmget('user:2', 'age', 'missing', 'city'), ['30', null, 'New York']);
  assert.equal(await redis.hincrby('user:1', 'age', 1), 31);
  assert.deepEqual(await redis.hgetall('missing'), {});
});

test('fields and members that expire', async () => {
  await redis.hset('session', { user: '1', token: 'secret' });
  assert.deepEqual(await redis.hexpire('session', 100, 'FIELDS', 2, 'token', 'other'), [1, -2]);
  assert.deepEqual(await redis.call('HTTL', 'session', 'FIELDS', 2, 'token', 'user'), [100, -1]);
  assert.deepEqual(await redis.call('HGETEX', 'session', 'PX', 20, 'FIELDS', 1, 'token'), ['secret']);
  await redis.sadd('online', 'a', 'b');
  assert.deepEqual(await redis.call('SPEXPIRE', 'online', 20, 'MEMBERS', 1, 'a'), [1]);
  for (let i = 0; i < 500 && (await redis.hlen('session')) > 1; i++) {
    await sleep(20);
  }
  assert.deepEqual(await redis.hgetall('session'), { user: '1' });
  assert.deepEqual(await redis.smembers('online'), ['b']);
});

test('lists', async () => {
  await redis.lpush('recent_posts', 'post:123');
  await redis.lpush('recent_posts', 'post:124');
  assert.equal(await redis.rpush('recent_posts', 'post:125'), 3);
  assert.deepEqual(await redis.lrange('recent_posts', 0, -1), ['post:124', 'post:123', 'post:125']);
  assert.equal(await redis.lpop('recent_posts'), 'post:124');
  assert.equal(await redis.rpop('recent_posts'), 'post:125');
});

test('a queue of jobs, with workers that wait', async () => {
  const workers = [connect(), connect()];
  const done = workers.map((worker) => worker.blpop('jobs', 5));
  await sleep(50);
  assert.equal(await redis.rpush('jobs', 'job:1', 'job:2'), 2);
  assert.deepEqual((await Promise.all(done)).sort(), [
    ['jobs', 'job:1'],
    ['jobs', 'job:2'],
  ]);
  assert.equal(await workers[0].blpop('jobs', 0.05), null);
  await Promise.all(workers.map((worker) => worker.quit()));
});

test('sets', async () => {
  await redis.sadd('user:1:friends', 'user:2', 'user:3', 'user:4');
  await redis.sadd('user:2:friends', 'user:1', 'user:3', 'user:5');
  const friends = await redis.smembers('user:1:friends');
  assert.deepEqual(friends, ['user:2', 'user:3', 'user:4']);
  assert.equal(await redis.sismember('user:1:friends', 'user:2'), 1);
  assert.deepEqual(await redis.sinter('user:1:friends', 'user:2:friends'), ['user:3']);
  const union = await redis.sunion('user:1:friends', 'user:2:friends');
  assert.deepEqual(union.sort(), ['user:1', 'user:2', 'user:3', 'user:4', 'user:5']);
});

test('sorted sets', async () => {
  const players = { 'player:1': 1000, 'player:2': 1500, 'player:3': 800, 'player:4': 1200 };
  const scores = Object.entries(players).flatMap(([player, score]) => [score, player]);
  assert.equal(await redis.zadd('leaderboard', ...scores), 4);
  assert.deepEqual(await redis.zrevrange('leaderboard', 0, 2, 'WITHSCORES'), [
    'player:2',
    '1500',
    'player:4',
    '1200',
    'player:1',
    '1000',
  ]);
  assert.equal(await redis.zscore('leaderboard', 'player:1'), '1000');
  assert.equal(await redis.zrem('leaderboard', 'player:1'), 1);
});

test('objects that are no arguments', async () => {
  // ioredis makes a pair of each property for HSET and MSET only; elsewhere an object is one argument
  const places = { longitude: -73.935242, latitude: 40.73061, member: 'restaurant:1' };
  const message = { user: 'user:1', message: 'Hello, world!', timestamp: Date.now() };
  await assert.rejects(redis.zadd('leaderboard', { 'player:1': 1000 }), /number of arguments for 'zadd'/);
  await assert.rejects(redis.geoadd('restaurants', places), /number of arguments for 'geoadd'/);
  await assert.rejects(redis.xadd('chat:messages', '*', message), /number of arguments for 'xadd'/);
  assert.equal(await redis.dbsize(), 0);
});

test('places', async () => {
  await redis.geoadd('restaurants', -73.935242, 40.73061, 'restaurant:1', -0.1276, 51.5072, 'far away');
  const nearby = await redis.georadius('restaurants', -73.935242, 40.73061, 5, 'km', 'WITHCOORD');
  assert.equal(nearby.length, 1);
  assert.equal(nearby[0][0], 'restaurant:1');
  assert.ok(Math.abs(Number(nearby[0][1][0]) + 73.935242) < 1e-5);
  assert.ok(Math.abs(Number(nearby[0][1][1]) - 40.73061) < 1e-5);
  const metres = await redis.geodist('restaurants', 'restaurant:1', 'far away', 'km');
  assert.ok(Number(metres) > 5500 && Number(metres) < 5600, metres);
});

test('visitors counted', async () => {
  assert.equal(await redis.pfadd('daily_visitors', 'user:1', 'user:2', 'user:3'), 1);
  assert.equal(await redis.pfadd('daily_visitors', 'user:2', 'user:4', 'user:5'), 1);
  assert.equal(await redis.pfcount('daily_visitors'), 5);
});

test('streams', async () => {
  const message = ['user', 'user:1', 'message', 'Hello, world!', 'timestamp', '1700000000000'];
  const messageId = await redis.xadd('chat:messages', '*', ...message);
  assert.match(messageId, /^\d+-\d+$/);
  const messages = await redis.xread('COUNT', 10, 'STREAMS', 'chat:messages', '0');
  assert.deepEqual(messages, [['chat:messages', [[messageId, message]]]]);
});

test('a stream read by a group', async () => {
  await redis.xgroup('CREATE', 'orders', 'billing', '$', 'MKSTREAM');
  const ids = [];
  for (const number of ['1', '2', '3']) {
    ids.push(await redis.xadd('orders', '*', 'number', number));
  }
  const readers = ['alice', 'bob'];
  const delivered = [];
  for (const reader of [...readers, ...readers]) {
    const reply = await redis.xreadgroup(
      'GROUP', 'billing', reader, 'COUNT', 1, 'STREAMS', 'orders', '>');
    if (reply) {
      delivered.push(reply[0][1][0][0]);
    }
  }
  assert.deepEqual(delivered, ids);
  assert.equal(await redis.xack('orders', 'billing', ...ids.slice(0, 2)), 2);
  assert.equal((await redis.xpending('orders', 'billing'))[0], 1);
  const waiter = connect();
  const waiting = waiter.xreadgroup(
    'GROUP', 'billing', 'carol', 'BLOCK', 5000, 'STREAMS', 'orders', '>');
  await sleep(50);
  const late = await redis.xadd('orders', '*', 'number', '4');
  assert.deepEqual(await waiting, [['orders', [[late, ['number', '4']]]]]);
  await waiter.quit();
});

test('leaderboard', async () => {
  const leaderboard = new LeaderboardService(redis);
  for (const [user, score] of [[1, 100], [2, 300.5], [3, 200], [1, 400]]) {
    await leaderboard.updateScore(user, score);
  }
  assert.deepEqual(await leaderboard.getTopPlayers(2), ['user:1', '400', 'user:2', '300.5']);
  assert.equal(await leaderboard.getUserRank(3), 2);
  assert.equal(await leaderboard.getUserRank(9), null);
  assert.equal(await leaderboard.getUserScore(2), '300.5');
});

test('rate limiter', async () => {
  const limiter = new RateLimiter(redis);
  for (let i = 0; i < 5; i++) {
    assert.equal(await limiter.isAllowed('7', 5, 300), true);
  }
  assert.equal(await limiter.isAllowed('7', 5, 300), false);
  assert.equal(await limiter.isAllowed('8', 5, 300), true);
  assert.equal(await redis.ttl('rate_limit:7'), 1);
  await sleep(350);
  assert.equal(await limiter.isAllowed('7', 5, 300), true);
});

test('session manager', async () => {
  const sessions = new SessionManager(redis);
  const first = await sessions.createSession('42', { theme: 'dark' });
  await sessions.createSession('42', { theme: 'light' });
  await sessions.createSession('43', {});
  const session = await sessions.getSession(first);
  assert.equal(session.theme, 'dark');
  assert.ok((await redis.ttl(`session:${first}`)) > 86390);
  assert.equal((await sessions.getUserSessions('42')).length, 2);
  await sessions.destroySession(first);
  assert.equal(await sessions.getSession(first), null);
  assert.equal((await sessions.getUserSessions('42')).length, 1);
});
