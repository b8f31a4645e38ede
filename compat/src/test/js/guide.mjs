// The guide's services for Node.js, over ioredis; as there, but that they may share a connection.
//
// Where each example of the guide is tested:
//   data structures: strings, counters      guide.test.mjs 'strings', 'counters'
//     the others, one by one                types.test.mjs 'hashes', 'lists', 'sets', 'sorted sets', 'places',
//                                           'visitors counted', 'streams'
//     the objects that it gives to ZADD,    types.test.mjs 'objects that are no arguments': an error of Redis, too;
//     GEOADD and XADD                       as meant in the tests above
//   caching                                 guide.test.mjs 'cache', 'cached data expires'
//   leaderboard                             types.test.mjs 'leaderboard'
//   rate limiting, and in a server          types.test.mjs 'rate limiter', guide.test.mjs 'rate limiter of a web server'
//   message queue                           pubsub.test.mjs 'message queue'
//   distributed lock, processing an order   guide.test.mjs 'lock', 'lock released by its owner only', 'orders'
//   session management                      types.test.mjs 'session manager'
//   memory management                       guide.test.mjs 'limits of memory': as options of a client, which do
//                                           nothing, and as settings of the server, as meant
//   connection pooling                      guide.test.mjs 'options of the guide'
//   error handling                          guide.test.mjs 'events', 'errors'
//   monitoring                              guide.test.mjs 'health'
import { randomUUID } from 'node:crypto';
import Redis from 'ioredis';

export const port = Number(process.env.JACINTH_PORT);

export function connect(options = {}) {
  return new Redis({ host: '127.0.0.1', port, ...options });
}

export class CacheService {
  constructor(redis) {
    this.redis = redis;
  }

  async getCachedData(key) {
    const cached = await this.redis.get(key);
    return cached ? JSON.parse(cached) : null;
  }

  async setCachedData(key, data, ttl = 3600) {
    await this.redis.setex(key, ttl, JSON.stringify(data));
  }

  async invalidateCache(pattern) {
    const keys = await this.redis.keys(pattern);
    if (keys.length > 0) {
      await this.redis.del(...keys);
    }
  }
}

export class DistributedLock {
  constructor(redis) {
    this.redis = redis;
  }

  async acquireLock(lockKey, ttl = 30000) {
    const lockValue = `${Date.now()}-${Math.random()}`;
    const result = await this.redis.set(lockKey, lockValue, 'PX', ttl, 'NX');
    return result === 'OK' ? lockValue : null;
  }

  async releaseLock(lockKey, lockValue) {
    const script = `
      if redis.call("get", KEYS[1]) == ARGV[1] then
        return redis.call("del", KEYS[1])
      else
        return 0
      end
    `;
    return await this.redis.eval(script, 1, lockKey, lockValue);
  }
}

export class LeaderboardService {
  constructor(redis) {
    this.redis = redis;
  }

  async updateScore(userId, score) {
    await this.redis.zadd('global_leaderboard', score, `user:${userId}`);
  }

  async getTopPlayers(limit = 10) {
    return await this.redis.zrevrange('global_leaderboard', 0, limit - 1, 'WITHSCORES');
  }

  async getUserRank(userId) {
    return await this.redis.zrevrank('global_leaderboard', `user:${userId}`);
  }

  async getUserScore(userId) {
    return await this.redis.zscore('global_leaderboard', `user:${userId}`);
  }
}

export class RateLimiter {
  constructor(redis) {
    this.redis = redis;
  }

  async isAllowed(userId, maxRequests = 100, windowMs = 60000) {
    const key = `rate_limit:${userId}`;
    const now = Date.now();
    await this.redis.zremrangebyscore(key, 0, now - windowMs);
    const currentRequests = await this.redis.zcard(key);
    if (currentRequests >= maxRequests) {
      return false;
    }
    await this.redis.zadd(key, now, `${now}-${Math.random()}`);
    await this.redis.expire(key, Math.ceil(windowMs / 1000));
    return true;
  }
}

export class SessionManager {
  constructor(redis) {
    this.redis = redis;
  }

  async createSession(userId, sessionData) {
    const sessionId = randomUUID();
    const sessionKey = `session:${sessionId}`;
    await this.redis.hset(sessionKey, {
      userId,
      createdAt: Date.now(),
      lastActivity: Date.now(),
      ...sessionData,
    });
    await this.redis.expire(sessionKey, 86400);
    return sessionId;
  }

  async getSession(sessionId) {
    const sessionKey = `session:${sessionId}`;
    const session = await this.redis.hgetall(sessionKey);
    if (Object.keys(session).length === 0) {
      return null;
    }
    await this.redis.hset(sessionKey, 'lastActivity', Date.now());
    return session;
  }

  async destroySession(sessionId) {
    await this.redis.del(`session:${sessionId}`);
  }

  async getUserSessions(userId) {
    const sessions = [];
    for (const key of await this.redis.keys('session:*')) {
      const session = await this.redis.hgetall(key);
      if (session.userId === userId) {
        sessions.push({ sessionId: key.replace('session:', ''), ...session });
      }
    }
    return sessions;
  }
}

export async function checkRedisHealth(redis) {
  try {
    await redis.ping();
    return { status: 'healthy', timestamp: new Date() };
  } catch (error) {
    return { status: 'unhealthy', error: error.message, timestamp: new Date() };
  }
}

export class MessageQueue {
  constructor() {
    this.redis = connect();
    this.subscriber = connect();
  }

  async publish(channel, message) {
    await this.redis.publish(channel, JSON.stringify(message));
  }

  async subscribe(channel, callback) {
    await this.subscriber.subscribe(channel);
    this.subscriber.on('message', (source, message) => {
      if (source === channel) {
        callback(JSON.parse(message));
      }
    });
  }

  async unsubscribe(channel) {
    await this.subscriber.unsubscribe(channel);
  }

  async quit() {
    await this.redis.quit();
    await this.subscriber.quit();
  }
}
