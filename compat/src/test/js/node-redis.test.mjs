// Commands of all kinds by node-redis, over RESP2 and RESP3. IoredisTest runs this.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RESP_TYPES, WatchError, createClient, createClientPool, defineScript } from 'redis';
import { port } from './guide.mjs';

const RELEASE = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) else return 0 end`;

const release = defineScript({
  NUMBER_OF_KEYS: 1,
  SCRIPT: RELEASE,
  parseCommand(parser, key, value) {
    parser.pushKey(key);
    parser.push(value);
  },
  transformReply: (reply) => reply,
});

for (const RESP of [2, 3]) {
  describe(`node-redis over RESP${RESP}`, () => {
    const options = { socket: { host: '127.0.0.1', port }, RESP, scripts: { release } };
    let client;

    before(async () => {
      client = await createClient(options).connect();
    });

    beforeEach(() => client.flushAll());

    after(() => client.close());

    test('strings and keys', async () => {
      assert.equal(await client.set('key', 'value', { expiration: { type: 'EX', value: 100 }, condition: 'NX' }), 'OK');
      assert.equal(await client.set('key', 'other', { condition: 'NX' }), null);
      assert.equal(await client.getDel('key'), 'value');
      assert.equal(await client.incrBy('count', 41), 41);
      assert.equal(await client.incrByFloat('price', 1.5), '1.5');
      assert.deepEqual(await client.mGet(['count', 'missing']), ['41', null]);
      assert.equal(await client.expire('count', 100), 1);
      assert.equal(await client.ttl('count'), 100);
      assert.equal(await client.type('count'), 'string');
      assert.deepEqual(await client.lcs('count', 'price'), '1');
      const bytes = Buffer.from([0, 13, 10, 255]);
      await client.set('bytes', bytes);
      const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
      assert.deepEqual(await binary.get('bytes'), bytes);
      const found = [];
      for await (const keys of client.scanIterator({ MATCH: '*', COUNT: 2 })) {
        found.push(...keys);
      }
      assert.deepEqual(found.sort(), ['bytes', 'count', 'price']);
    });

    test('hashes, lists and sets', async () => {
      assert.equal(await client.hSet('user', { name: 'Zoë', age: 30 }), 2);
      assert.deepEqual({ ...(await client.hGetAll('user')) }, { name: 'Zoë', age: '30' });
      assert.deepEqual(await client.hExpire('user', 'age', 100), [1]);
      assert.deepEqual(await client.hTTL('user', ['age', 'name']), [100, -1]);
      assert.equal(await client.hRandField('missing'), null);
      assert.equal((await client.hRandFieldCountWithValues('user', 5)).length, 2);
      assert.equal(await client.rPush('list', ['a', 'b', 'c']), 3);
      assert.deepEqual(await client.lRange('list', 0, -1), ['a', 'b', 'c']);
      assert.deepEqual(await client.lmPop(['none', 'list'], 'RIGHT', { COUNT: 2 }), ['list', ['c', 'b']]);
      assert.equal(await client.lMove('list', 'other', 'LEFT', 'RIGHT'), 'a');
      assert.equal(await client.sAdd('set', ['a', 'b']), 2);
      assert.deepEqual((await client.sMembers('set')).sort(), ['a', 'b']);
      assert.deepEqual(await client.smIsMember('set', ['a', 'x']), [1, 0]);
      assert.equal(await client.sInterCard(['set', 'set'], 1), 1);
    });

    test('sorted sets', async () => {
      const members = [
        { score: 1, value: 'one' },
        { score: 1.5, value: 'more' },
        { score: Infinity, value: 'all' },
      ];
      assert.equal(await client.zAdd('scores', members), 3);
      assert.deepEqual((await client.zRangeWithScores('scores', 0, -1)).map((each) => ({ ...each })), members);
      assert.equal(await client.zScore('scores', 'all'), Infinity);
      assert.equal(await client.zScore('scores', 'none'), null);
      assert.deepEqual(await client.zmScore('scores', ['more', 'none']), [1.5, null]);
      assert.equal(await client.zIncrBy('scores', 2, 'one'), 3);
      assert.deepEqual({ ...(await client.zPopMin('scores')) }, { value: 'more', score: 1.5 });
      assert.equal(await client.zRank('scores', 'all'), 1);
      assert.deepEqual({ ...(await client.zRankWithScore('scores', 'one')) }, { rank: 0, score: 3 });
      assert.equal(await client.geoAdd('places', { longitude: 13.361389, latitude: 38.115556, member: 'Palermo' }), 1);
      assert.equal(await client.geoAdd('places', { longitude: 15.087269, latitude: 37.502669, member: 'Catania' }), 1);
      assert.equal(Number(await client.geoDist('places', 'Palermo', 'Catania', 'km')), 166.2742);
      assert.deepEqual(await client.geoSearch('places', 'Palermo', { radius: 200, unit: 'km' }), ['Palermo', 'Catania']);
    });

    test('streams', async () => {
      const id = await client.xAdd('log', '*', { word: 'first' });
      await client.xAdd('log', '*', { word: 'second' });
      assert.equal(await client.xLen('log'), 2);
      await client.xGroupCreate('log', 'group', '0');
      const read = await client.xReadGroup('group', 'me', { key: 'log', id: '>' }, { COUNT: 1 });
      if (RESP === 2) {
        const [{ name, messages }] = read;
        assert.equal(name, 'log');
        assert.equal(messages[0].id, id);
        assert.deepEqual({ ...messages[0].message }, { word: 'first' });
        // refused by node-redis itself over RESP3
        assert.equal(await client.xRead({ key: 'log', id: '$' }, { BLOCK: 10 }), null);
      } else {
        // node-redis leaves RESP3's map as it is
        assert.deepEqual({ ...read }, { log: [[id, ['word', 'first']]] });
      }
      assert.equal((await client.xPending('log', 'group')).pending, 1);
      assert.equal(await client.xAck('log', 'group', id), 1);
      const [group] = await client.xInfoGroups('log');
      assert.equal(group.name, 'group');
      assert.equal(group.lag, 1);
    });

    test('waiting', async () => {
      const other = await client.duplicate().connect();
      const waiting = other.blPop('jobs', 5);
      await sleep(20);
      await client.rPush('jobs', 'job');
      assert.deepEqual({ ...(await waiting) }, { key: 'jobs', element: 'job' });
      assert.equal(await other.blPop('jobs', 0.01), null);
      const waitingToo = other.bzPopMin('scores', 5);
      await sleep(20);
      await client.zAdd('scores', { score: 2.5, value: 'member' });
      assert.deepEqual({ ...(await waitingToo) }, { key: 'scores', value: 'member', score: 2.5 });
      await other.close();
    });

    test('transactions', async () => {
      assert.deepEqual(await client.multi().set('word', 'text').get('word').incr('count').exec(), ['OK', 'text', 1]);
      await assert.rejects(client.multi().incr('word').exec(), /commands failed/);
      const pool = await createClientPool(options).connect();
      await pool.execute(async (watching) => {
        await watching.watch('word');
        await client.set('word', 'changed');
        await assert.rejects(watching.multi().set('word', 'mine').exec(), WatchError);
      });
      assert.equal(await client.get('word'), 'changed');
      await pool.close();
    });

    test('scripts and functions', async () => {
      await client.set('lock', 'mine');
      assert.equal(await client.release('lock', 'other'), 0);
      await client.scriptFlush();
      assert.equal(await client.release('lock', 'mine'), 1);
      assert.deepEqual(await client.eval('return {1, ARGV[1], false, {ok = "fine"}}', { arguments: ['x'] }), [1, 'x', null, 'fine']);
      const library = "#!lua name=mylib\nredis.register_function('twice', function(keys, args) return 2 * args[1] end)";
      assert.equal(await client.functionLoad(library, { REPLACE: true }), 'mylib');
      assert.equal(await client.fCall('twice', { arguments: ['21'] }), 42);
      const [{ library_name, functions }] = await client.functionList();
      assert.equal(library_name, 'mylib');
      assert.equal(functions[0].name, 'twice');
      assert.equal(await client.functionFlush(), 'OK');
    });

    test('the server', async () => {
      await client.clientSetName('me');
      assert.equal(await client.clientGetName(), 'me');
      const mine = await client.clientInfo();
      assert.equal(mine.name, 'me');
      assert.equal(mine.resp, RESP);
      assert.equal(mine.libName, 'node-redis');
      assert.deepEqual({ ...(await client.configGet('maxmemory-policy')) }, { 'maxmemory-policy': 'noeviction' });
      const [get] = await client.commandInfo(['get']);
      assert.equal(get.name, 'get');
      assert.equal(get.arity, 2);
      assert.equal(typeof (await client.memoryUsage('missing')), 'object');
      assert.ok((await client.time()).length === 2 || (await client.time()) instanceof Date);
      assert.equal(await client.ping(), 'PONG');
      await assert.rejects(client.sendCommand(['NOSUCH']), /unknown command/);
    });

    test('a connection that the server closes comes back', async () => {
      const killed = createClient({ ...options, socket: { ...options.socket, reconnectStrategy: () => 10 } });
      const errors = [];
      killed.on('error', (error) => errors.push(error.message));
      await killed.connect();
      const id = await killed.clientId();
      const again = new Promise((ready) => killed.once('ready', ready));
      assert.equal(await client.clientKill({ filter: 'ID', id: String(id) }), 1);
      await again;
      assert.notEqual(await killed.clientId(), id);
      assert.deepEqual(errors, ['Socket closed unexpectedly']);
      await killed.close();
    });
  });
}
