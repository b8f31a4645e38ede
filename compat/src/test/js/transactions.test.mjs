// Transactions by ioredis. IoredisTest runs this.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { connect } from './guide.mjs';

let redis;

before(() => {
  redis = connect();
});

beforeEach(() => redis.flushall());

after(() => redis.quit());

test('a chain of commands', async () => {
  const replies = await redis.multi().set('word', 'text').get('word').incr('word').exec();
  assert.deepEqual(replies.slice(0, 2), [[null, 'OK'], [null, 'text']]);
  assert.match(replies[2][0].message, /^ERR value is not an integer/);
});

test('commands one by one', async () => {
  assert.equal(await redis.multi({ pipeline: false }), 'OK');
  assert.equal(await redis.set('word', 'text'), 'QUEUED');
  assert.equal(await redis.get('word'), 'QUEUED');
  assert.deepEqual(await redis.exec(), [[null, 'OK'], [null, 'text']]);
  await redis.multi({ pipeline: false });
  await redis.set('word', 'other');
  assert.equal(await redis.discard(), 'OK');
  assert.equal(await redis.get('word'), 'text');
});

test('an error while queueing', async () => {
  await assert.rejects(redis.multi().set('word', 'text').set('word').exec(), /EXECABORT/);
  assert.equal(await redis.exists('word'), 0);
});

test('a watched key that another client changes', async () => {
  const other = connect();
  await redis.watch('word');
  await other.set('word', 'other');
  assert.equal(await redis.multi().set('word', 'mine').exec(), null);
  await redis.watch('word');
  assert.deepEqual(await redis.multi().set('word', 'mine').exec(), [[null, 'OK']]);
  assert.equal(await other.get('word'), 'mine');
  await other.quit();
});

const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`;

test('a script as a command of its own', async () => {
  redis.defineCommand('release', { numberOfKeys: 1, lua: RELEASE });
  await redis.set('lock', 'mine');
  assert.equal(await redis.release('lock', 'other'), 0);
  await redis.script('FLUSH');
  assert.equal(await redis.release('lock', 'mine'), 1);
});
