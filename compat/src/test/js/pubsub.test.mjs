// The guide's message queue over ioredis, and subscribers of ioredis and node-redis. IoredisTest runs this.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { MessageQueue, connect, port } from './guide.mjs';

async function until(condition) {
  for (let i = 0; i < 500 && !condition(); i++) {
    await sleep(10);
  }
  assert.ok(condition());
}

test('message queue', async () => {
  const queue = new MessageQueue();
  const heard = [];
  await queue.publish('notifications', { lost: true });
  await queue.subscribe('notifications', (message) => heard.push(message));
  const message = {
    type: 'email',
    to: 'user@example.com',
    subject: 'Welcome!',
    body: 'Welcome to our platform!',
  };
  await queue.publish('notifications', message);
  await queue.publish('others', message);
  await queue.publish('notifications', { last: true });
  await until(() => heard.length === 2);
  assert.deepEqual(heard, [message, { last: true }]);
  await queue.unsubscribe('notifications');
  await queue.publish('notifications', message);
  await sleep(50);
  assert.equal(heard.length, 2);
  await queue.quit();
});

test('ioredis: patterns, and what a subscriber may not do', async () => {
  const subscriber = connect();
  const publisher = connect();
  const heard = [];
  assert.equal(await subscriber.psubscribe('news.*', '__keyevent@0__:*'), 2);
  subscriber.on('pmessage', (...event) => heard.push(event));
  assert.equal(await publisher.publish('news.art', 'a picture'), 1);
  await publisher.config('SET', 'notify-keyspace-events', 'KEA');
  await publisher.set('key', 'value');
  await publisher.del('key');
  await until(() => heard.length === 3);
  assert.deepEqual(heard, [
    ['news.*', 'news.art', 'a picture'],
    ['__keyevent@0__:*', '__keyevent@0__:set', 'key'],
    ['__keyevent@0__:*', '__keyevent@0__:del', 'key'],
  ]);
  await assert.rejects(subscriber.get('key'), /subscriber mode/);
  assert.equal(await subscriber.punsubscribe(), 0);
  assert.equal(await subscriber.get('key'), null);
  await publisher.config('SET', 'notify-keyspace-events', '');
  await subscriber.quit();
  await publisher.quit();
});

for (const RESP of [2, 3]) {
  test(`node-redis over RESP${RESP}`, async () => {
    const publisher = createClient({ socket: { host: '127.0.0.1', port }, RESP });
    const subscriber = publisher.duplicate();
    await Promise.all([publisher.connect(), subscriber.connect()]);
    const heard = [];
    const listener = (message, channel) => heard.push([channel, message]);
    await subscriber.subscribe('news', listener);
    await subscriber.pSubscribe('n*', listener);
    await subscriber.sSubscribe('shard', listener);
    assert.equal(await publisher.publish('news', 'hello'), 2);
    assert.equal(await publisher.sPublish('shard', 'part'), 1);
    await until(() => heard.length === 3);
    assert.deepEqual(heard, [
      ['news', 'hello'],
      ['news', 'hello'],
      ['shard', 'part'],
    ]);
    assert.deepEqual(await publisher.pubSubChannels(), ['news']);
    await subscriber.unsubscribe('news');
    assert.equal(await publisher.publish('news', 'again'), 1);
    await until(() => heard.length === 4);
    await subscriber.pUnsubscribe();
    await subscriber.sUnsubscribe();
    await subscriber.close();
    await publisher.close();
  });
}
